using NodeAgent.Contract;

namespace NodeAgent.Daemon.Replication;

/// <summary>A copy that is being brought up to date.</summary>
/// <param name="Peer">The node that keeps it.</param>
/// <param name="Snapshot">To which snapshot; it stays on the writer until the run ends.</param>
/// <param name="Work">Ends with what the copy said of itself, or why it could not be brought up to date.</param>
public sealed record CopyRun(NodeId Peer, string Snapshot, Task<Outcome<CopyReport>> Work);
