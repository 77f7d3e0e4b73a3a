namespace NodeAgent.Daemon.Rehearsals;

/// <summary>What a service does badly on a node.</summary>
internal enum FailingPart
{
    /// <summary>It does not start.</summary>
    Start = 0,

    /// <summary>It does not stop.</summary>
    Stop,

    /// <summary>Its units do not open.</summary>
    Promote,
}
