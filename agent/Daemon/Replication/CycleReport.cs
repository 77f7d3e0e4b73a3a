using NodeAgent.Contract;

namespace NodeAgent.Daemon.Replication;

/// <summary>What came of a unit's cycle.</summary>
/// <param name="Copies">Per copy whose run has ended, what it said of itself at the end, or why it could not be brought up to date.</param>
/// <param name="PruneFault">Why old snapshots of the writer could not be let go; null if they could.</param>
public sealed record CycleReport(IReadOnlyDictionary<NodeId, Outcome<CopyReport>> Copies, Fault? PruneFault);
