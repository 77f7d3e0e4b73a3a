namespace NodeAgent.Daemon.Rehearsals;

/// <summary>Where a service's data lies.</summary>
internal enum ServiceStorage
{
    /// <summary>Each node has its own copy, brought up to date now and then: ZFS replication, Directory.</summary>
    Copies = 0,

    /// <summary>All nodes see the same; it does not refuse an old writer.</summary>
    Shared,

    /// <summary>All nodes see the same, and it refuses an old writer: DRBD with quorum, Ceph.</summary>
    Excluding,

    /// <summary>Each node has its own copy, and the storage writes all of them at once: DRBD, an NVMe-oF mirror.</summary>
    Synchronous,
}
