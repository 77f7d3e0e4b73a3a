namespace NodeAgent.Linux.Guard;

/// <summary>Whether the guard may have this node reset. The numbers are the guard's.</summary>
public enum GuardPhase
{
    /// <summary>Nothing is owned; nothing can happen.</summary>
    Disarmed = 0,

    /// <summary>The watchdog is fed until the deadline.</summary>
    Armed = 1,

    /// <summary>The deadline passed: the reset comes unless a fresh lease does.</summary>
    Expired = 2,

    /// <summary>The reset comes, whatever else does.</summary>
    Condemned = 3,
}
