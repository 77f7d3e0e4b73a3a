namespace NodeAgent.Contract;

/// <summary>Status of copies that the storage keeps by itself (DRBD, Ceph, mirrors). Streams are watched by the host.</summary>
public interface IReplicationStatus
{
    /// <summary>The copies of a unit. Works on either side and with the peer dead.</summary>
    Task<Outcome<ReplicationStatus>> ReadStatusAsync(UnitId unit, CancellationToken cancellation);
}
