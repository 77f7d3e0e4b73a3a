namespace NodeAgent.Guard.Deciding;

/// <summary>Whether the node may be reset by us.</summary>
internal enum GuardPhase : byte
{
    /// <summary>Nothing is owned: the device is stopped, or fed without condition if it cannot be stopped.</summary>
    Disarmed = 0,

    /// <summary>Fed until the deadline.</summary>
    Armed = 1,

    /// <summary>No longer fed: the reset comes unless a fresh lease does.</summary>
    Expired = 2,

    /// <summary>Never fed again: the reset comes.</summary>
    Condemned = 3,
}
