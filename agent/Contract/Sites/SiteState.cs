namespace NodeAgent.Contract;

/// <summary>How mirroring between sites is, from well to worst.</summary>
public enum SiteState
{
    /// <summary>Nothing is mirrored.</summary>
    Off = 0,

    /// <summary>The copy follows.</summary>
    Replaying,

    /// <summary>The copy is being brought up, or about to be.</summary>
    Syncing,

    /// <summary>No site is the source: it was given away, and nobody has taken it.</summary>
    NoSource,

    /// <summary>Whoever should follow tells nothing: its daemon is down, or was never there.</summary>
    Silent,

    /// <summary>The storage says that it failed.</summary>
    Failed,

    /// <summary>Both sites are the source: each may be written for itself.</summary>
    TwoSources,

    /// <summary>The copies have parted: one of them has to be thrown away by a person.</summary>
    SplitBrain,
}
