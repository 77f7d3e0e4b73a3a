namespace NodeAgent.Linux.Fencing;

/// <summary>What came of fencing.</summary>
public enum FenceEnd
{
    /// <summary>Not known: the node may be off or on. Never a proof.</summary>
    Unknown = 0,

    /// <summary>The node was seen to have power, or nothing was tried at all.</summary>
    Refused = 1,

    /// <summary>Every device of one level was read back after switching off, and said off.</summary>
    Confirmed = 2,
}
