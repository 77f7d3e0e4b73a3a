namespace NodeAgent.Linux.Guard;

/// <summary>What would reset this node.</summary>
public enum WatchdogKind
{
    /// <summary>Nothing: no lease may be given to this node.</summary>
    None,

    /// <summary>A device of the machine.</summary>
    Hardware,

    /// <summary>Proxmox's watchdog-mux in front of a device of the machine.</summary>
    Multiplexed,

    /// <summary>A timer of the kernel that is to be reset: one that hangs stays as it is. Loudly warned of.</summary>
    Soft,

    /// <summary>A test's pipe: it resets nothing.</summary>
    StandIn,
}
