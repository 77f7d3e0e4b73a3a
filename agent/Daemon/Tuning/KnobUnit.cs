namespace NodeAgent.Daemon.Tuning;

/// <summary>What a parameter counts.</summary>
internal enum KnobUnit
{
    /// <summary>Requests that are on their way to one drive at a time.</summary>
    Requests = 0,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>Seconds.</summary>
    Seconds,
}
