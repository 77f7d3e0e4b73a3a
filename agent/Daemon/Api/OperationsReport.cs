namespace NodeAgent.Daemon.Api;

/// <summary>Operations on this node.</summary>
/// <param name="At">The node's wall clock.</param>
/// <param name="Open">Those that have not ended.</param>
/// <param name="Recent">Those that ended last, newest first.</param>
internal sealed record OperationsReport(DateTimeOffset At, IReadOnlyList<OperationLine> Open, IReadOnlyList<OperationLine> Recent);
