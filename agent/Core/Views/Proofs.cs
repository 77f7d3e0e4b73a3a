using NodeAgent.Contract;

namespace NodeAgent.Core.Views;

/// <summary>Whether the writer before is known to write no more. The only place where that is decided.</summary>
public static class Proofs
{
    /// <summary>The proof, or why there is none and what an operator can do. Unknown is never a proof.</summary>
    public static Outcome<Proof> About(ClusterView view, ServiceRecord service)
    {
        if (service.Owner is not { } owner)
        {
            return service.Epoch == Epoch.None
                ? new Proof(ProofKind.FirstWriter, StoreAge.IsOlder(view, service) ? "nobody had it before, for all that the store still knows" : "nobody had it before")
                : new Proof(ProofKind.Released, $"{service.Last} let go of it in epoch {service.Epoch}");
        }

        var member = view.Record.Member(owner.Node);
        if (member?.Fence is { Done: { } done } fence && fence.Session == owner.Session)
        {
            return done;
        }

        if (view.IsLive(owner.Node, owner.Session))
        {
            return Missing(service, $"{owner.Node} has it and is here", $"Use 'nodeagent switchover {service.Policy.Name}'.");
        }

        if (member is null)
        {
            return Missing(service, $"{owner.Node} is not a member any more, and nothing tells what it does", Confirm(owner));
        }

        if (member.Session != owner.Session)
        {
            return member.BootId == owner.BootId
                ? new Proof(ProofKind.Released, $"{owner.Node} joined anew with nothing running")
                : new Proof(ProofKind.Rebooted, $"{owner.Node} has boot id {member.BootId} instead of {owner.BootId}");
        }

        if (member.IsAttested)
        {
            return new Proof(ProofKind.LeaseExpired, $"the lease of {owner.Node} ended, and its watchdog was armed");
        }

        return service.Policy is { StorageExcludes: true, HasCopies: false }
            ? new Proof(ProofKind.StorageExcludes, $"the storage refuses {owner.Node} from the next epoch on")
            : Missing(service, $"{owner.Node} is silent, has no attested watchdog, and was not fenced", Confirm(owner));
    }

    /// <summary>Why a node that does not answer is known not to run; null: nothing proves it. A node that may be here is never known to be gone.</summary>
    public static string? OfNode(ClusterView view, NodeId node) =>
        view.IsDeclaredDead(node) ? $"it is stored that {node} is dead ({view.Record.Member(node)!.Fence!.Done!.Detail})"
        : !view.IsLive(node) && view.Record.Member(node) is { IsAttested: true } ? $"the lease of {node} ended, and its watchdog was armed"
        : null;

    private static string Confirm(Tenure owner) => $"See that {owner.Node} is off, then 'nodeagent confirm-dead {owner.Node}'.";

    private static Fault Missing(ServiceRecord service, string why, string next) =>
        new(FaultCode.PreconditionFailed, $"cannot take over service {service.Policy.Name}", why, next, Retry.AfterFix);
}
