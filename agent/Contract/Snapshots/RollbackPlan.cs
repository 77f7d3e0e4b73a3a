namespace NodeAgent.Contract;

/// <summary>What going back to a snapshot would destroy: the blast radius, shown before anything happens.</summary>
/// <param name="Target">The snapshot to go back to.</param>
/// <param name="DestroysSnapshots">Newer snapshots that would be gone.</param>
/// <param name="DestroysClones">Units or datasets cloned from those, that would be gone or stand in the way.</param>
/// <param name="Blockers">What makes it impossible now, each a sentence; empty if it can be done.</param>
/// <param name="Fingerprint">Names this state; the rollback is refused if the state has changed since.</param>
public sealed record RollbackPlan(
    SnapshotId Target,
    IReadOnlyList<string> DestroysSnapshots,
    IReadOnlyList<string> DestroysClones,
    IReadOnlyList<string> Blockers,
    string Fingerprint);
