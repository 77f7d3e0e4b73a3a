using NodeAgent.Contract;

namespace NodeAgent.Daemon.Failover.Desk;

/// <summary>What would become of a service if its node were drained.</summary>
/// <param name="Name">The service.</param>
/// <param name="To">Where it would go; null: it would not leave.</param>
/// <param name="Text">Why there, or why it cannot leave.</param>
public sealed record DrainMove(string Name, NodeId? To, string Text);
