using NodeAgent.Contract;

namespace NodeAgent.Daemon.Replication;

/// <summary>A backend whose copies the host keeps: it has volumes, snapshots, roles and streams.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Volumes">Its volumes.</param>
/// <param name="Snapshots">Its snapshots.</param>
/// <param name="Roles">Who writes its units.</param>
/// <param name="Streams">Its streams.</param>
public sealed record ReplicatedBackend(
    BackendId Id, IVolumes Volumes, ISnapshots Snapshots, IRoles Roles, IReplicationStreams Streams)
{
    /// <summary>Makes a copy that has parted one again; null if it cannot.</summary>
    public IRejoin? Rejoin { get; init; }

    /// <summary>The room that is left; null if nobody can say.</summary>
    public IPools? Pools { get; init; }

    /// <summary>The backend as such; null if it lacks one of these abilities.</summary>
    public static ReplicatedBackend? From(BackendId id, IBackend backend) =>
        backend.Ability<IVolumes>() is { } volumes && backend.Ability<ISnapshots>() is { } snapshots
        && backend.Ability<IRoles>() is { } roles && backend.Ability<IReplicationStreams>() is { } streams
            ? new ReplicatedBackend(id, volumes, snapshots, roles, streams) { Rejoin = backend.Ability<IRejoin>(), Pools = backend.Ability<IPools>() }
            : null;
}
