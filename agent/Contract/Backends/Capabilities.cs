namespace NodeAgent.Contract;

/// <summary>What a backend promises. Each flag is checked by the conformance kit; a flag without its ability fails.</summary>
[Flags]
public enum Capabilities
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Volumes can be created, listed and deleted (<see cref="IVolumes"/>).</summary>
    Volumes = 1 << 0,

    /// <summary>Volumes may be directories of files (<see cref="VolumeKind.Filesystem"/>).</summary>
    FilesystemVolumes = 1 << 1,

    /// <summary>Volumes may be block devices or image files (<see cref="VolumeKind.Block"/>).</summary>
    BlockVolumes = 1 << 2,

    /// <summary>Volumes can grow.</summary>
    Expand = 1 << 3,

    /// <summary>Space is used only when written.</summary>
    Thin = 1 << 4,

    /// <summary>Units can be snapshotted, all volumes at one instant (<see cref="ISnapshots"/>).</summary>
    Snapshots = 1 << 5,

    /// <summary>Snapshots can be held against deletion.</summary>
    Holds = 1 << 6,

    /// <summary>A unit can go back to a snapshot.</summary>
    Rollback = 1 << 7,

    /// <summary>A snapshot can become a new unit.</summary>
    Clone = 1 << 8,

    /// <summary>Changes between two snapshots can be listed (<see cref="IChangedExtents"/>).</summary>
    ChangedExtents = 1 << 9,

    /// <summary>The writer of a unit can change (<see cref="IRoles"/>).</summary>
    Roles = 1 << 10,

    /// <summary>Copies are kept by sending streams (<see cref="IReplicationStreams"/>).</summary>
    ReplicationStreams = 1 << 11,

    /// <summary>A stream that broke can go on where it stopped.</summary>
    ResumableStreams = 1 << 12,

    /// <summary>The storage keeps copies by itself and tells about it (<see cref="IReplicationStatus"/>).</summary>
    ReplicationStatus = 1 << 13,

    /// <summary>All nodes see the same copy.</summary>
    SharedCopy = 1 << 14,

    /// <summary>The backend tells of changes by itself (<see cref="IStorageEvents"/>).</summary>
    Events = 1 << 15,

    /// <summary>Pools, their health and room can be read (<see cref="IPools"/>).</summary>
    Pools = 1 << 16,
}
