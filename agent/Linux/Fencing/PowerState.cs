namespace NodeAgent.Linux.Fencing;

/// <summary>What a fence device says about a node's power.</summary>
public enum PowerState
{
    /// <summary>Not looked at.</summary>
    None = 0,

    /// <summary>It has none.</summary>
    Off = 1,

    /// <summary>It has power.</summary>
    On = 2,
}
