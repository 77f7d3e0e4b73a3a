using NodeAgent.Contract;

namespace NodeAgent.Daemon.Failover.Guards;

/// <summary>What the guard is to be told next. Only the newest counts.</summary>
/// <param name="Deadline">Until when it may feed; null: nothing is owned.</param>
/// <param name="Session">The stay.</param>
internal sealed record GuardDemand(Instant? Deadline, long Session);
