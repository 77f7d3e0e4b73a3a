namespace NodeAgent.Daemon.Failover.Drills;

/// <summary>A drill as an operator asks for it.</summary>
/// <param name="Service">The service.</param>
/// <param name="To">The node that it goes to and comes back from; null: the one that would have it if its node died now.</param>
public sealed record DrillOrder(string Service, string? To);
