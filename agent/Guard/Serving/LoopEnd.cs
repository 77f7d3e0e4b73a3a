namespace NodeAgent.Guard.Serving;

/// <summary>Why the loop ended.</summary>
internal enum LoopEnd
{
    /// <summary>Asked to stop, and nothing is owned.</summary>
    Stop,

    /// <summary>Asked to start the program anew, in place.</summary>
    Reload,
}
