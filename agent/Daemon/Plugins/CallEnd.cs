namespace NodeAgent.Daemon.Plugins;

/// <summary>How a guarded call ended, as metrics count it.</summary>
public enum CallEnd
{
    /// <summary>The plugin answered with a value.</summary>
    Ok = 0,

    /// <summary>The plugin answered with a fault.</summary>
    Fault,

    /// <summary>The deadline passed and the plugin stopped.</summary>
    TimedOut,

    /// <summary>The caller cancelled and the plugin stopped.</summary>
    Cancelled,

    /// <summary>An exception came out of the plugin, or nothing at all.</summary>
    Crashed,

    /// <summary>The plugin did not stop and was left behind.</summary>
    Abandoned,

    /// <summary>The plugin was not asked: quarantined, stopped, or the lane was taken.</summary>
    Refused,
}
