namespace NodeAgent.Contract;

/// <summary>How a copy is.</summary>
public enum CopyState
{
    /// <summary>Could not be found out.</summary>
    Unknown = 0,

    /// <summary>Holds everything acknowledged, or everything up to its last interval.</summary>
    InSync,

    /// <summary>Is being brought up to date.</summary>
    Resyncing,

    /// <summary>Consistent, but older than it should be.</summary>
    Outdated,

    /// <summary>Not usable: half written.</summary>
    Inconsistent,

    /// <summary>Has writes that the writer's copy has not.</summary>
    Diverged,

    /// <summary>There is none.</summary>
    Absent,
}
