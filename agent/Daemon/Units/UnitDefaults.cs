namespace NodeAgent.Daemon.Units;

/// <summary>What a unit gets that says nothing else.</summary>
/// <param name="Interval">How often copies are brought up to date.</param>
/// <param name="KeepSource">Snapshots of replication that the writer keeps.</param>
/// <param name="KeepCopies">Snapshots of replication that each copy keeps.</param>
public sealed record UnitDefaults(TimeSpan Interval, int KeepSource, int KeepCopies);
