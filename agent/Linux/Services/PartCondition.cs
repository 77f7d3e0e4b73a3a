namespace NodeAgent.Linux.Services;

/// <summary>How a part is.</summary>
public enum PartCondition
{
    /// <summary>It could not be looked at. Never taken for stopped.</summary>
    Unknown = 0,

    /// <summary>It does not run, and nothing of it is left.</summary>
    Stopped,

    /// <summary>It is on its way up.</summary>
    Starting,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It is there and stands still.</summary>
    Frozen,

    /// <summary>It is on its way down.</summary>
    Stopping,

    /// <summary>It failed. Something of it may be left: stop it before starting it again.</summary>
    Failed,
}
