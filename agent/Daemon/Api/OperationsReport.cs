using NodeAgent.Daemon.Operations;

namespace NodeAgent.Daemon.Api;

/// <summary>Operations on this node.</summary>
/// <param name="Open">Those that have not ended.</param>
/// <param name="Recent">Those that ended last, newest first.</param>
internal sealed record OperationsReport(IReadOnlyList<Operation> Open, IReadOnlyList<EndedOperation> Recent);
