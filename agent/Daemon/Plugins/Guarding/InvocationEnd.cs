namespace NodeAgent.Daemon.Plugins.Guarding;

/// <summary>How a call into a plugin ended.</summary>
internal enum InvocationEnd
{
    /// <summary>It answered.</summary>
    Answered = 0,

    /// <summary>An exception came out, which the contract forbids.</summary>
    Threw,

    /// <summary>The deadline passed and it stopped when told to.</summary>
    TimedOut,

    /// <summary>The caller cancelled and it stopped when told to.</summary>
    Cancelled,

    /// <summary>It did not stop when told to and was left behind.</summary>
    Abandoned,
}
