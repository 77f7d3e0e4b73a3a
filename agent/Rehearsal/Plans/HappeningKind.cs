namespace NodeAgent.Rehearsal.Plans;

/// <summary>What can be done to a rehearsed cluster.</summary>
public enum HappeningKind
{
    /// <summary>A node loses power.</summary>
    PowerOff = 0,

    /// <summary>A node gets power, and has booted some time later.</summary>
    PowerOn,

    /// <summary>A node reaches nobody.</summary>
    Cut,

    /// <summary>A node reaches everybody again.</summary>
    Restore,

    /// <summary>Two nodes do not reach each other.</summary>
    CutPair,

    /// <summary>Two nodes reach each other again.</summary>
    RestorePair,

    /// <summary>What a node sends to another is lost; the way back works.</summary>
    CutOneWay,

    /// <summary>What a node asks the store, and the answers, take up to that long.</summary>
    Slow,

    /// <summary>The agent's process stands still; the node goes on.</summary>
    Freeze,

    /// <summary>The agent's process goes on.</summary>
    Thaw,

    /// <summary>The whole node stands still, but for its watchdog.</summary>
    Stall,

    /// <summary>The agent's process is killed, and starts again.</summary>
    RestartAgent,

    /// <summary>A node is reset without warning.</summary>
    Reset,

    /// <summary>An operator reboots a node in order.</summary>
    Reboot,

    /// <summary>An operator shuts a node down in order.</summary>
    Shutdown,

    /// <summary>The store answers nobody.</summary>
    StoreLoss,

    /// <summary>The store answers again.</summary>
    StoreBack,

    /// <summary>An operator wants a node empty.</summary>
    Drain,

    /// <summary>An operator gives a node back.</summary>
    Undrain,

    /// <summary>An operator moves a service.</summary>
    Move,

    /// <summary>An operator stops a service.</summary>
    StopService,

    /// <summary>An operator starts a service.</summary>
    StartService,

    /// <summary>An operator leaves a service as it is.</summary>
    IgnoreService,

    /// <summary>An operator has a service that failed tried again.</summary>
    ResetService,

    /// <summary>An operator accepts whatever loss.</summary>
    AcceptLoss,

    /// <summary>An operator says that a node is off.</summary>
    ConfirmDead,

    /// <summary>An operator disarms takeovers.</summary>
    Disarm,

    /// <summary>An operator arms takeovers.</summary>
    Arm,

    /// <summary>A service that runs breaks down.</summary>
    Break,

    /// <summary>A service does not start on a node.</summary>
    FailStart,

    /// <summary>A service's units do not open on a node.</summary>
    FailPromote,

    /// <summary>A service does not stop on a node.</summary>
    FailStop,

    /// <summary>The disks of a service answer nothing on a node.</summary>
    Hang,

    /// <summary>A node's disk with its copy of a service fails, of a service whose storage writes all copies at once: it goes on over the network.</summary>
    LoseDisk,

    /// <summary>A service behaves again on a node; a disk that failed is replaced by an empty one.</summary>
    Mend,

    /// <summary>A node's watchdog device is gone: the guard says so where nothing is owned, and cannot feed it any more where something is.</summary>
    LoseWatchdog,

    /// <summary>A node's watchdog does not fire, and nobody knows: no promise holds then.</summary>
    WatchdogFails,

    /// <summary>A node's fence device does not answer.</summary>
    FenceFails,

    /// <summary>A service's copies are not brought up to date.</summary>
    StopCopying,

    /// <summary>A service's copies are brought up to date again.</summary>
    ResumeCopying,

    /// <summary>The agent's process is replaced in order, as by an upgrade.</summary>
    ReplaceAgent,

    /// <summary>A second machine has booted under a node's name, as a clone of its system disk does. It holds no data.</summary>
    Twin,

    /// <summary>An operator backs the store up.</summary>
    BackUpStore,

    /// <summary>An operator restores the store from its last backup, while all nodes are off. It is another store then, which every node sees.</summary>
    RestoreStore,

    /// <summary>The same, but with the token that it had: it says that it is the one that it was.</summary>
    RestoreStoreInPlace,
}
