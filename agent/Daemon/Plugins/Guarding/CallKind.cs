namespace NodeAgent.Daemon.Plugins.Guarding;

/// <summary>What a call does; decides its deadline and what it may run beside.</summary>
internal enum CallKind
{
    /// <summary>Reads only; several at once, up to a bound.</summary>
    Read = 0,

    /// <summary>Changes a unit; one at a time per unit.</summary>
    Change,

    /// <summary>Reads a role; never waits behind other reads, and goes on in quarantine.</summary>
    RoleRead,

    /// <summary>Makes this node a unit's writer; one role call at a time per unit.</summary>
    Promote,

    /// <summary>Takes the right to write away. Never waits behind changes, and is tried even in quarantine.</summary>
    Demote,

    /// <summary>Moves a stream out; has no end but must not stand still.</summary>
    Send,

    /// <summary>Moves a stream in; one at a time per volume.</summary>
    Receive,

    /// <summary>Waits for events; without deadline.</summary>
    Watch,

    /// <summary>Looks after the storage; one at a time, never waits behind changes, and goes on in quarantine.</summary>
    Upkeep,
}
