namespace NodeAgent.Core.Leases;

/// <summary>How far a node is from losing what it owns.</summary>
public enum LeaseStanding
{
    /// <summary>The node owns nothing, or has let go of all; nothing can happen to it.</summary>
    Idle,

    /// <summary>The lease is held: units may be written.</summary>
    Held,

    /// <summary>No renewal for a while: services are frozen, and go on if one comes.</summary>
    Frozen,

    /// <summary>Too long without renewal: everything is let go of. A renewal changes nothing any more.</summary>
    Demoting,
}
