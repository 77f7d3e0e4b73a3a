namespace NodeAgent.Daemon.Plugins;

/// <summary>Where a plugin or a backend of it is in its life.</summary>
public enum PluginState
{
    /// <summary>Its folder was found.</summary>
    Discovered = 0,

    /// <summary>Everything that can be known without running it is right.</summary>
    Verified,

    /// <summary>It is being loaded, or the backend made.</summary>
    Starting,

    /// <summary>It works.</summary>
    Ready,

    /// <summary>It works, and misbehaved lately.</summary>
    Degraded,

    /// <summary>Calls are being finished; new ones are refused.</summary>
    Stopping,

    /// <summary>It does not run; the reason says why.</summary>
    Stopped,

    /// <summary>It misbehaved too often and is kept from running until a time or until an operator releases it.</summary>
    Quarantined,
}
