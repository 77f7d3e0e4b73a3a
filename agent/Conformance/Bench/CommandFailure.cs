namespace NodeAgent.Conformance.Bench;

/// <summary>How tools misbehave.</summary>
internal enum CommandFailure
{
    /// <summary>They do not.</summary>
    None = 0,

    /// <summary>They end well and print nonsense.</summary>
    Garbage,

    /// <summary>They do not end before their deadline.</summary>
    TimesOut,

    /// <summary>They do not end at all.</summary>
    Hangs,
}
