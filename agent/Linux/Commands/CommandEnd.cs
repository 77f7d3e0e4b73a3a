namespace NodeAgent.Linux.Commands;

/// <summary>How a started program came to its end.</summary>
public enum CommandEnd
{
    /// <summary>By itself.</summary>
    Exited,

    /// <summary>Killed at its deadline.</summary>
    TimedOut,

    /// <summary>Killed because the caller gave up, or stopped following it.</summary>
    Cancelled,

    /// <summary>Killed because it printed more than it may.</summary>
    OutputTooLarge,

    /// <summary>Killed because the stream that feeds it or takes its output failed.</summary>
    StreamFailed,
}
