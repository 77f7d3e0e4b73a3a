namespace NodeAgent.Daemon.Tuning;

/// <summary>What becomes of a parameter.</summary>
internal enum TuneVerdict
{
    /// <summary>It is as wanted.</summary>
    Same = 0,

    /// <summary>It would be changed.</summary>
    Change,

    /// <summary>It was changed, and reads back so.</summary>
    Changed,

    /// <summary>It can be set only when the module is loaded.</summary>
    NotWritable,

    /// <summary>This module has no such parameter.</summary>
    Missing,

    /// <summary>Its value, or what bounds it here, cannot be read.</summary>
    Unreadable,

    /// <summary>Nobody has looked what it does in this version of ZFS.</summary>
    UnknownVersion,

    /// <summary>It would contradict another that cannot be changed.</summary>
    Contradicts,

    /// <summary>This node is too small for it.</summary>
    TooSmall,

    /// <summary>Somebody else changed it meanwhile.</summary>
    LeftAlone,
}
