namespace NodeAgent.Linux.Services;

/// <summary>How a part is stopped.</summary>
public enum StopManner
{
    /// <summary>It is told to stop, and killed when half of the time is over. A frozen part runs on to do so.</summary>
    Orderly = 0,

    /// <summary>It is killed at once. A frozen part does not run again: the manner when the lease is over.</summary>
    Kill = 1,
}
