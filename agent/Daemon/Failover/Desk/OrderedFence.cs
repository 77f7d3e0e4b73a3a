using NodeAgent.Cluster.Ledger;
using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;
using NodeAgent.Linux.Fencing;

namespace NodeAgent.Daemon.Failover.Desk;

/// <summary>Cuts the power of a node because an operator says so, and tells the store.</summary>
internal sealed class OrderedFence(FailoverDesk desk, NodeSettings settings, IClusterLedger ledger, PowerEffects power, TimeProvider time)
{
    public async Task<Outcome<OrderReport>> RunAsync(string name, long session, CancellationToken cancellation)
    {
        if (desk.View is not { } before)
        {
            return FailoverDesk.Unseen($"fence {name}");
        }

        if (!Names.IsValid(name) || before.Record.Member(new NodeId(name)) is not { Node: var node })
        {
            return FailoverDesk.Nobody("fence", name, before);
        }

        if (node == settings.Self || !power.CanFence(node))
        {
            return new Fault(FaultCode.PreconditionFailed, $"cannot fence {name}",
                node == settings.Self ? "a node does not switch itself off" : "no fence device is configured for it",
                "Give the order on another node; add a device to 'fencing' in the configuration.", Retry.AfterFix);
        }

        // What the store is not told lets nobody go on: the power would be cut in vain.
        if (await desk.LookAsync(cancellation) is not { } view || view.Record.Member(node) is not { } member)
        {
            return NotCut(name, "the cluster store does not answer, and could not be told");
        }

        if (!view.IsLive(settings.Self, session))
        {
            return NotCut(name, "this node is no member of the cluster now, and the store believes only members");
        }

        var began = time.GetTimestamp();
        var verdict = await power.OffAsync(node, cancellation);
        if (verdict.End != FenceEnd.Confirmed)
        {
            return new Fault(FaultCode.PreconditionFailed, $"cannot tell that {name} is off", verdict.Reason, "See that it is off, then 'nodeagent confirm-dead'.", Retry.AfterLook);
        }

        var answer = await ledger.AskAsync(new Wish.EndFence(node, member.Session, new Proof(ProofKind.PowerOff, verdict.Reason)), session, cancellation);
        return answer == WishAnswer.Done
            ? new OrderReport(IsDone: true, $"{name} is off: {verdict.Reason}", Math.Round(time.GetElapsedTime(began).TotalSeconds, 3), [])
            : Untold(name, verdict.Reason, answer);
    }

    private static Fault NotCut(string name, string why) => new(
        FaultCode.PreconditionFailed, $"cannot fence {name}: its power was not cut", $"{why}, so that nobody could go on with what {name} has",
        "Give the order on a node that 'nodeagent status' shows as a member.", Retry.AfterLook);

    private static Fault Untold(string name, string how, WishAnswer answer) => answer == WishAnswer.Unknown
        ? new Fault(
            FaultCode.TimedOut, $"{name} is off, and the cluster store may not know it", $"{how}; the store did not answer", $"nodeagent fence {name} once more: off stays off.", Retry.AfterLook)
        : new Fault(
            FaultCode.PreconditionFailed, $"{name} is off, and the cluster store did not take that",
            $"{how}; this node is no member of the cluster any more, or {name} has joined anew or was declared dead meanwhile",
            $"'nodeagent status': if what {name} had still waits, 'nodeagent confirm-dead {name}' on a node that is a member.", Retry.AfterLook);
}
