using NodeAgent.Contract;

namespace NodeAgent.Cluster;

/// <summary>A lease as granted or renewed.</summary>
/// <param name="Id">Which.</param>
/// <param name="Length">How long the store keeps it at least, from when the store got the question.</param>
/// <param name="AskedAt">Taken on the boot clock before the question was sent: who holds the lease counts from here.</param>
public sealed record LeaseGrant(LeaseId Id, TimeSpan Length, Instant AskedAt)
{
    /// <summary>The instant up to which the holder may rely on it.</summary>
    public Instant Until => AskedAt.Add(Length);
}
