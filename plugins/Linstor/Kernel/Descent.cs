namespace NodeAgent.Plugins.LinstorBackend.Kernel;

/// <summary>How one copy's history stands to the other's.</summary>
internal enum Descent
{
    /// <summary>It cannot be told.</summary>
    Unknown = 0,

    /// <summary>Neither was written since they were the same; a node that lost power as primary may hold unfinished writes all the same.</summary>
    Same,

    /// <summary>This one was written since, the other was not.</summary>
    Ahead,

    /// <summary>The other was written since, this one was not: the kernel would copy the other over it.</summary>
    Behind,

    /// <summary>Both were written since: a split brain.</summary>
    Parted,

    /// <summary>They were never the same, as far as is known.</summary>
    Unrelated,
}
