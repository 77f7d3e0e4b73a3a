namespace NodeAgent.Daemon.Status;

/// <summary>What failures would do to the clusters of storage below this node's backends.</summary>
/// <param name="Backends">Those of which something is known.</param>
public sealed record StorageFailuresReport(IReadOnlyList<StorageFailuresLine> Backends);
