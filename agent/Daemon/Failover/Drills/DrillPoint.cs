namespace NodeAgent.Daemon.Failover.Drills;

/// <summary>A snapshot as a node's storage has it.</summary>
/// <param name="Snapshot">Its name.</param>
/// <param name="Identity">What is equal in every copy of it, and in no other snapshot.</param>
public sealed record DrillPoint(string Snapshot, string Identity);
