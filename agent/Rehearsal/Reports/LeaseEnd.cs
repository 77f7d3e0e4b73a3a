namespace NodeAgent.Rehearsal.Reports;

/// <summary>What a node may still do by itself at the end of a rehearsal.</summary>
public enum LeaseEnd
{
    /// <summary>It owns nothing, or has let go of all.</summary>
    Idle = 0,

    /// <summary>It may write.</summary>
    Held,

    /// <summary>No renewal for a while: its services are frozen.</summary>
    Frozen,

    /// <summary>Too long without renewal: it lets go of everything.</summary>
    Demoting,

    /// <summary>It is over, and its agent stands still and does not know: nothing but a watchdog keeps its services from writing.</summary>
    Ended,
}
