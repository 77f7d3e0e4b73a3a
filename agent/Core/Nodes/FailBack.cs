using NodeAgent.Contract;
using NodeAgent.Core.Placement;
using NodeAgent.Core.Views;

namespace NodeAgent.Core.Nodes;

/// <summary>
/// Has a service go back to a better node. It waits until that was the better one for a while: a node that comes and goes would take it along
/// each time, and of several that come back together the best is known only when all are here.
/// </summary>
internal static class FailBack
{
    private static readonly TimeSpan After = TimeSpan.FromMinutes(1);

    /// <summary>Where it goes now; null: it stays.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="record">The service.</param>
    /// <param name="local">How far it is on this node.</param>
    /// <param name="isWaiting">True if it waits for something else, which is told.</param>
    public static NodeId? Target(Turn turn, ServiceRecord record, LocalService local, bool isWaiting)
    {
        var better = Better(turn, record, local);
        if (better != local.Better)
        {
            turn.Set(record.Policy.Name, local with { Better = better });
        }

        var waits = better is null ? null : WaitsFor(turn, local, better);
        if (waits is not null && !isWaiting)
        {
            turn.Wait(record.Policy.Name, $"it goes back to {better!.Node} when {waits}");
        }
        else if (!isWaiting)
        {
            turn.WaitsNoMore(record.Policy.Name);
        }

        if (better is null || waits is not null)
        {
            return null;
        }

        turn.Hit(Mark.FailsBack);
        return better.Node;
    }

    private static BetterNode? Better(Turn turn, ServiceRecord record, LocalService local) =>
        !record.Policy.FailsBack || record.Target is not null || Placer.ChooseForMove(turn.State.View!, record.Without(record.FailedBefore)).Node is not { } best || best == turn.Settings.Self ? null
            : local.Better?.Node == best ? local.Better : new BetterNode(best, turn.Now);

    private static string? WaitsFor(Turn turn, LocalService local, BetterNode better) =>
        !turn.IsPast(local.Since, After) ? FormattableString.Invariant($"it has run here for {After.TotalSeconds:0} s")
        : !turn.IsPast(better.Since, After) ? FormattableString.Invariant($"that has been the better node for {After.TotalSeconds:0} s")
        : OnItsWay(turn) is { } other ? $"service {other} is settled: 'nodeagent explain {other}'" : null;

    // One goes back after the other, on this node as in the cluster. One that hangs keeps all others: they say which it is.
    private static string? OnItsWay(Turn turn) =>
        turn.State.Services.FirstOrDefault(other => other.Value.Phase is not (LocalPhase.Running or LocalPhase.Stuck)).Key ?? Calmness.Disturbance(turn.State.View!);
}
