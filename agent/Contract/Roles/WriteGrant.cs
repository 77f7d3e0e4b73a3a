namespace NodeAgent.Contract;

/// <summary>
/// Permission to write a unit: without one, no method that changes a unit can be called. Only the host can make one;
/// that is why the constructor is not public.
/// </summary>
public sealed record WriteGrant
{
    internal WriteGrant(UnitId unit, Epoch epoch, NodeId holder, Instant deadline)
    {
        Unit = unit;
        Epoch = epoch;
        Holder = holder;
        Deadline = deadline;
    }

    /// <summary>The unit that may be written.</summary>
    public UnitId Unit { get; }

    /// <summary>The epoch of this writer. A backend refuses a lower one than it has durably seen.</summary>
    public Epoch Epoch { get; }

    /// <summary>The writer.</summary>
    public NodeId Holder { get; }

    /// <summary>After this instant on the holder's boot clock the grant is void.</summary>
    public Instant Deadline { get; }
}
