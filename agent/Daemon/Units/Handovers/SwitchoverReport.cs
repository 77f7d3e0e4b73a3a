using NodeAgent.Contract;

namespace NodeAgent.Daemon.Units.Handovers;

/// <summary>A planned move: what it would do, or what it did.</summary>
/// <param name="Unit">The unit; of a service the first, null if it has none.</param>
/// <param name="From">The writer before.</param>
/// <param name="To">The writer after.</param>
/// <param name="Epoch">The epoch that begins with it.</param>
/// <param name="IsDone">False for a plan.</param>
/// <param name="Steps">What is done, each a sentence.</param>
/// <param name="Warnings">What an operator should know, each a sentence.</param>
/// <param name="Snapshot">The snapshot that the new writer began with; null for a plan.</param>
/// <param name="Rounds">How often the target was brought up to date.</param>
/// <param name="FrozenSeconds">From closing on the one node to open on the other, by the former writer's clock; of a service: how long nobody ran it. Null for a plan.</param>
/// <param name="TookSeconds">All of it; null for a plan.</param>
/// <param name="Text">A sentence.</param>
public sealed record SwitchoverReport(
    UnitId? Unit,
    NodeId From,
    NodeId To,
    Epoch Epoch,
    bool IsDone,
    IReadOnlyList<string> Steps,
    IReadOnlyList<string> Warnings,
    string? Snapshot,
    int Rounds,
    double? FrozenSeconds,
    double? TookSeconds,
    string Text)
{
    /// <summary>The service that moved with all its units, by an order in the cluster store; null: the unit belongs to none.</summary>
    public string? Service { get; init; }

    /// <summary>What was seen of the service meanwhile, with the seconds since the order.</summary>
    public IReadOnlyList<OrderStep> Seen { get; init; } = [];
}
