using NodeAgent.Contract;

namespace NodeAgent.Daemon.Status;

/// <summary>What was last seen of a backend.</summary>
/// <param name="Health">What probing it said.</param>
/// <param name="Pools">Its pools, as last seen.</param>
/// <param name="Volumes">Its volumes, as last seen.</param>
/// <param name="Fault">Why something could not be looked at; null if all could.</param>
/// <param name="RefreshedAt">When it was last looked at with success; null if never.</param>
public sealed record BackendSight(
    Outcome<BackendHealth> Health,
    IReadOnlyList<PoolReport> Pools,
    IReadOnlyList<Volume> Volumes,
    Fault? Fault,
    DateTimeOffset? RefreshedAt)
{
    /// <summary>What its copies have put away, as last seen.</summary>
    public IReadOnlyList<KeptHead> Kept { get; init; } = [];

    /// <summary>What storage that keeps its copies itself said of them, by unit; a fault where it did not answer.</summary>
    public IReadOnlyDictionary<UnitId, Outcome<ReplicationStatus>> Copies { get; init; } = new Dictionary<UnitId, Outcome<ReplicationStatus>>();
}
