namespace NodeAgent.Daemon.Rehearsals;

/// <summary>What has to be said with a step.</summary>
[Flags]
internal enum StepNeeds
{
    /// <summary>Nothing.</summary>
    Nothing = 0,

    /// <summary>A node.</summary>
    Node = 1,

    /// <summary>Another node.</summary>
    Other = 2,

    /// <summary>A service.</summary>
    Service = 4,

    /// <summary>How long.</summary>
    Span = 8,
}
