namespace NodeAgent.Contract;

/// <summary>How a backend is on this node, as found by looking; changes nothing.</summary>
/// <param name="Level">The verdict.</param>
/// <param name="Version">The storage's own version, such as "zfs 2.3.9"; empty if there is none.</param>
/// <param name="Remarks">What an operator should know, each a sentence.</param>
public sealed record BackendHealth(HealthLevel Level, string Version, IReadOnlyList<string> Remarks)
{
    /// <summary>The cluster of storage below it; null if there is none, or nothing is known of it.</summary>
    public StorageClusterSight? Cluster { get; init; }
}
