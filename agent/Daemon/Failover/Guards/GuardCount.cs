using NodeAgent.Contract;

namespace NodeAgent.Daemon.Failover.Guards;

/// <summary>What the guard counts for a process that was here before.</summary>
/// <param name="Deadline">Until when it feeds.</param>
/// <param name="Session">The stay that the deadline is for.</param>
/// <param name="LongestLease">No deadline further ahead than that is believed.</param>
internal sealed record GuardCount(Instant Deadline, long Session, TimeSpan LongestLease);
