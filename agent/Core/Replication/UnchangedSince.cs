namespace NodeAgent.Core.Replication;

/// <summary>The writer's word that a unit equals a snapshot.</summary>
/// <param name="Snapshot">The snapshot's name.</param>
/// <param name="AsOf">It covers every write acknowledged before this time, by the writer's wall clock.</param>
public sealed record UnchangedSince(string Snapshot, DateTimeOffset AsOf);
