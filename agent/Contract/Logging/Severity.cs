namespace NodeAgent.Contract;

/// <summary>How much a log line matters; the journal's priorities.</summary>
public enum Severity
{
    /// <summary>For who looks closely.</summary>
    Debug = 0,

    /// <summary>Normal and worth knowing.</summary>
    Information,

    /// <summary>Something is off; the agent goes on.</summary>
    Warning,

    /// <summary>Something does not work.</summary>
    Error,
}
