namespace NodeAgent.Rehearsal.Running;

/// <summary>A node's data of a service.</summary>
internal sealed class SimCopy
{
    /// <summary>Epoch, number and true time of the newest whole snapshot; epoch zero: there is none.</summary>
    public (long Epoch, long Number, long AsOf) Snapshot { get; set; }

    /// <summary>The epoch in which this node wrote last, and the true time of its last write; epoch zero: it holds nothing of its own.</summary>
    public (long Epoch, long LastWrite) Head { get; set; }

    /// <summary>Until when the data here reaches if the units are opened here.</summary>
    public long Reaches => IsHead ? Head.LastWrite : Snapshot.AsOf;

    /// <summary>True if its own writes are newer than what it got from others.</summary>
    public bool IsHead => Head.Epoch > 0 && Head.Epoch >= Snapshot.Epoch;
}
