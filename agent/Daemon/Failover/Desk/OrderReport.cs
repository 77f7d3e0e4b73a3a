using NodeAgent.Daemon.Units.Handovers;

namespace NodeAgent.Daemon.Failover.Desk;

/// <summary>What came of an order.</summary>
/// <param name="IsDone">True if it is so now.</param>
/// <param name="Text">For people.</param>
/// <param name="TookSeconds">From the order to then.</param>
/// <param name="Steps">What was seen meanwhile, with the time since the order.</param>
public sealed record OrderReport(bool IsDone, string Text, double TookSeconds, IReadOnlyList<OrderStep> Steps)
{
    /// <summary>The part of it in which nobody ran the service, as the store showed it; null: it ran all the time, or does not yet.</summary>
    public double? AwaySeconds { get; init; }
}
