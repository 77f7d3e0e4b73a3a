using NodeAgent.Contract;

namespace NodeAgent.Daemon.Failover.Desk;

/// <summary>A service on one line.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">How far it is: "running".</param>
/// <param name="Wanted">What is wanted: "running".</param>
/// <param name="Node">Who has it; null if nobody.</param>
/// <param name="Epoch">The newest epoch.</param>
/// <param name="IfNodeDies">What would happen if its node died now; null if nobody has it.</param>
/// <param name="IsSafe">True if a survivor would take it by itself.</param>
/// <param name="Reason">Why it is so.</param>
public sealed record ServiceLine(
    string Name, string State, string Wanted, NodeId? Node, Epoch Epoch, string? IfNodeDies, bool IsSafe, string Reason)
{
    /// <summary>How many seconds of writes would be lost at most; null: nobody would have it, or nobody can tell.</summary>
    public double? LossSeconds { get; init; }

    /// <summary>After about how many seconds another node would take it; its start comes on top. Null: nobody can tell.</summary>
    public double? TakenWithinSeconds { get; init; }
}
