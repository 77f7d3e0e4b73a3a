using NodeAgent.Contract;

namespace NodeAgent.Cluster;

/// <summary>How one member of the store is, as seen from here.</summary>
/// <param name="Endpoint">Where it was asked.</param>
/// <param name="HasLeader">Whether it follows or is a leader; Unknown if it could not be asked.</param>
/// <param name="IsLeader">Whether it is the leader.</param>
/// <param name="StoredBytes">The size of its database.</param>
/// <param name="Version">Its version; empty if unknown.</param>
/// <param name="Fault">Why it could not be asked.</param>
public sealed record MemberHealth(string Endpoint, Answer HasLeader, Answer IsLeader, long StoredBytes, string Version, Fault? Fault)
{
    /// <summary>The number of the member that answered; 0: nobody did.</summary>
    public ulong Id { get; init; }

    /// <summary>How long its answer took; null if there was none.</summary>
    public TimeSpan? Latency { get; init; }
}
