namespace NodeAgent.Daemon.Units;

/// <summary>How a unit is to be replicated; null leaves a thing as it is.</summary>
/// <param name="Unit">The unit, as an operator calls it.</param>
/// <param name="Copies">The nodes that keep a copy.</param>
/// <param name="IntervalSeconds">How often they are brought up to date.</param>
/// <param name="KeepSource">Snapshots of replication that the writer keeps.</param>
/// <param name="KeepCopies">Snapshots of replication that each copy keeps.</param>
/// <param name="IsPaused">Whether replication is stopped.</param>
public sealed record ReplicationOrder(
    string Unit, IReadOnlyList<string>? Copies, double? IntervalSeconds, int? KeepSource, int? KeepCopies, bool? IsPaused);
