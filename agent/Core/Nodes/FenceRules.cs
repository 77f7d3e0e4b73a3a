using NodeAgent.Contract;
using NodeAgent.Core.Placement;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Core.Nodes;

/// <summary>Ends the stay of a silent writer from outside, if its power can be cut: sooner than its lease would end.</summary>
internal static class FenceRules
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);

    public static void Take(Turn turn, NodeInput.FenceEnded ended)
    {
        var proof = ended.Confirmed is { } confirmed ? new Proof(ProofKind.PowerOff, confirmed) : null;
        turn.State = turn.State with { FenceResults = turn.State.FenceResults.SetItem(ended.Node.Value, new FenceResult(ended.Session, proof)) };
        if (ended.Confirmed is null)
        {
            turn.Hit(Mark.FenceFailed);
            turn.Do(new NodeEffect.Tell("fence-failed", ended.Node.Value, "it is not known to be off"));
        }
    }

    public static void Reconcile(Turn turn)
    {
        foreach (var member in turn.State.View!.Record.Members.Values.Where(member => member.Node != turn.Settings.Self))
        {
            Watch(turn, member);
        }
    }

    private static void Watch(Turn turn, MemberRecord member)
    {
        var name = member.Node.Value;
        var view = turn.State.View!;
        if (Settle(turn, view, member))
        {
            return;
        }

        var isHeard = view.Present.Contains(name);
        if (isHeard || !IsNeeded(view, member))
        {
            if (turn.State.SilentSince.ContainsKey(name) || (isHeard && !turn.State.Heard.Contains(name)))
            {
                turn.State = turn.State with
                {
                    SilentSince = turn.State.SilentSince.Remove(name),
                    Heard = isHeard ? turn.State.Heard.Add(name) : turn.State.Heard,
                };
            }

            return;
        }

        if (!turn.State.SilentSince.ContainsKey(name))
        {
            turn.State = turn.State with { SilentSince = turn.State.SilentSince.SetItem(name, turn.Now) };
        }

        if (!turn.MayWrite || !turn.Settings.CanFence(member.Node) || !turn.IsPast(turn.State.SilentSince[name], Patience(turn, name)))
        {
            return;
        }

        if (member.Fence is { } fence && fence.Session == member.Session && (fence.By == turn.Settings.Self || view.IsLive(fence.By)))
        {
            Cut(turn, member, fence);
        }
        else if (turn.IsPast(Tried(turn, name), Again))
        {
            turn.Hit(Mark.BeginsFence);
            turn.Ask(new Wish.BeginFence(member.Node, member.Session));
        }
    }

    // What this node began it also ends in the store: a node that is being fenced cannot join.
    private static bool Settle(Turn turn, ClusterView view, MemberRecord member)
    {
        var result = turn.State.FenceResults.GetValueOrDefault(member.Node.Value);
        if (member.Fence is not { Done: null } fence || fence.Session != member.Session || fence.By != turn.Settings.Self)
        {
            // An attempt that the store no longer knows of has no result.
            turn.State = result is null ? turn.State : turn.State with { FenceResults = turn.State.FenceResults.Remove(member.Node.Value) };
            return false;
        }

        if (result?.Session == fence.Session)
        {
            turn.Hit(Mark.TellsFenceResult);
            turn.Ask(new Wish.EndFence(member.Node, fence.Session, result.Proof));
            return true;
        }

        if (!IsNeeded(view, member) && turn.IsPast(Tried(turn, member.Node.Value), Again))
        {
            turn.Hit(Mark.AbandonsFence);
            turn.Ask(new Wish.EndFence(member.Node, fence.Session, null));
            return true;
        }

        return false;
    }

    private static void Cut(Turn turn, MemberRecord member, FenceRecord fence)
    {
        if (fence.By == turn.Settings.Self && turn.IsPast(Tried(turn, member.Node.Value), Again))
        {
            turn.Hit(Mark.CutsPower);
            turn.State = turn.State with { FenceTried = turn.State.FenceTried.SetItem(member.Node.Value, turn.Now) };
            turn.Do(new NodeEffect.Fence(member.Node, member.Session));
        }
    }

    private static Instant? Tried(Turn turn, string node) => turn.State.FenceTried.TryGetValue(node, out var last) ? last : null;

    // After all nodes lost power one of them is the first to be back: the others are given the time to boot.
    private static TimeSpan Patience(Turn turn, string name) => turn.State.Heard.Contains(name) ? turn.Timings.Demote / 2 : turn.Settings.BootPatience;

    // Only a writer of whom nothing else proves that it writes no more, and only if another node could go on: what nobody can
    // take over may still come back by itself, and would not from a node whose power was cut.
    private static bool IsNeeded(ClusterView view, MemberRecord member) => view.Record.Services.Values.Any(service =>
        service.Owner is { } owner && owner.Node == member.Node && owner.Session == member.Session && !Proofs.About(view, service).IsOk
        && Placer.Choose(view, service, member.Node).Node is not null);
}
