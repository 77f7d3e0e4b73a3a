namespace NodeAgent.Contract;

/// <summary>What an operator may want of a unit's mirroring between sites.</summary>
public enum SiteAction
{
    /// <summary>Begin to mirror all volumes of the unit.</summary>
    Enable,

    /// <summary>End it. The other site's copy goes away.</summary>
    Disable,

    /// <summary>Mirror what is there now, without waiting for the interval.</summary>
    Snapshot,

    /// <summary>Give the source away in order: this site's volumes become a copy, and everything in them reaches the other site.</summary>
    Demote,

    /// <summary>Become the source in order: only what holds everything that the other site gave away.</summary>
    Promote,

    /// <summary>Become the source although the other site gave nothing away: what it has beyond the copy is lost or goes its own way.</summary>
    PromoteByForce,

    /// <summary>Throw away what this site holds, and copy it anew from the source.</summary>
    Resync,
}
