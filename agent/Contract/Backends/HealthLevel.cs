namespace NodeAgent.Contract;

/// <summary>How a backend or pool is.</summary>
public enum HealthLevel
{
    /// <summary>Could not be found out.</summary>
    Unknown = 0,

    /// <summary>All is well.</summary>
    Ok,

    /// <summary>Works, with less redundancy or room than wanted.</summary>
    Degraded,

    /// <summary>Does not work.</summary>
    Failed,
}
