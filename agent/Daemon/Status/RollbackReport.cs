namespace NodeAgent.Daemon.Status;

/// <summary>What going back to a snapshot would destroy.</summary>
/// <param name="Snapshot">The snapshot, as UNIT@NAME.</param>
/// <param name="DestroysSnapshots">Newer snapshots that would be gone.</param>
/// <param name="DestroysClones">Clones of those.</param>
/// <param name="Blockers">What makes it impossible now.</param>
/// <param name="Fingerprint">Names this state; the rollback is refused if it has changed.</param>
public sealed record RollbackReport(
    string Snapshot,
    IReadOnlyList<string> DestroysSnapshots,
    IReadOnlyList<string> DestroysClones,
    IReadOnlyList<string> Blockers,
    string Fingerprint);
