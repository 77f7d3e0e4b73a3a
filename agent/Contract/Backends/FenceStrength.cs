namespace NodeAgent.Contract;

/// <summary>What keeps an old writer from writing.</summary>
public enum FenceStrength
{
    /// <summary>Nothing in the storage: the node itself must be proven gone.</summary>
    NodeFenceRequired = 0,

    /// <summary>The storage refuses an old writer by itself (DRBD quorum, Ceph blocklist).</summary>
    StorageExcludes,

    /// <summary>The surviving side takes the old writer's access away (exports revoked).</summary>
    ExportsRevoked,
}
