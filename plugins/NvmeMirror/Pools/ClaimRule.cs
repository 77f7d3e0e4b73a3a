namespace NodeAgent.Plugins.NvmeMirrorBackend.Pools;

/// <summary>What a version of ZFS does when a node imports a pool whose other half died with its writer.</summary>
internal enum ClaimRule
{
    /// <summary>Nobody has looked. Never treated as any of the others.</summary>
    Unknown = 0,

    /// <summary>Imports by force after its activity check, and a node that comes back imports its stale half without any.</summary>
    Unclaimed,

    /// <summary>Refuses for good, and has no way out.</summary>
    Refused,

    /// <summary>Refuses until "zhack mmp reclaim" has marked the absent half offline.</summary>
    Reclaim,
}
