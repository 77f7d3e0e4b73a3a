namespace NodeAgent.Daemon.Failover;

/// <summary>A node's history.</summary>
/// <param name="Lines">Oldest first.</param>
public sealed record HistoryReport(IReadOnlyList<HistoryLine> Lines);
