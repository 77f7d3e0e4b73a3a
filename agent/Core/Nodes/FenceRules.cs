using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Core.Nodes;

/// <summary>Ends the stay of a silent writer from outside, if its power can be cut: sooner than its lease would end.</summary>
internal static class FenceRules
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);

    public static void Take(Turn turn, NodeInput.FenceEnded ended)
    {
        turn.Ask(new Wish.EndFence(ended.Node, ended.Session, ended.Confirmed is { } confirmed ? new Proof(ProofKind.PowerOff, confirmed) : null));
        if (ended.Confirmed is null)
        {
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
        if (view.Present.Contains(name) || !IsNeeded(view, member))
        {
            turn.State = turn.State with
            {
                SilentSince = turn.State.SilentSince.Remove(name),
                Heard = view.Present.Contains(name) ? turn.State.Heard.Add(name) : turn.State.Heard,
            };
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
            turn.Ask(new Wish.BeginFence(member.Node, member.Session));
        }
    }

    private static void Cut(Turn turn, MemberRecord member, FenceRecord fence)
    {
        if (fence.By == turn.Settings.Self && turn.IsPast(Tried(turn, member.Node.Value), Again))
        {
            turn.State = turn.State with { FenceTried = turn.State.FenceTried.SetItem(member.Node.Value, turn.Now) };
            turn.Do(new NodeEffect.Fence(member.Node, member.Session));
        }
    }

    private static Instant? Tried(Turn turn, string node) => turn.State.FenceTried.TryGetValue(node, out var last) ? last : null;

    // After all nodes lost power one of them is the first to be back: the others are given the time to boot.
    private static TimeSpan Patience(Turn turn, string name) => turn.State.Heard.Contains(name) ? turn.Timings.Demote / 2 : turn.Settings.BootPatience;

    // Only a writer of whom nothing else proves that it writes no more.
    private static bool IsNeeded(ClusterView view, MemberRecord member) => view.Record.Services.Values.Any(service =>
        service.Owner is { } owner && owner.Node == member.Node && owner.Session == member.Session && !Proofs.About(view, service).IsOk);
}
