using NodeAgent.Contract;

namespace NodeAgent.Core.Units;

/// <summary>What the writer does next in a planned move. A closed set; each step can be done twice without harm.</summary>
public abstract record HandoverStep
{
    private HandoverStep(string reason) => Reason = reason;

    /// <summary>Why, for people.</summary>
    public string Reason { get; }

    /// <summary>A snapshot, and all copies brought to it. The unit can be written meanwhile.</summary>
    public sealed record BringNear(string Why) : HandoverStep(Why);

    /// <summary>The storage of this node stops taking writes.</summary>
    public sealed record Close(string Why) : HandoverStep(Why);

    /// <summary>The storage of this node takes writes again, and the move goes on with another round.</summary>
    public sealed record Reopen(string Why) : HandoverStep(Why);

    /// <summary>The new record is stored. From then on this node never writes in the old epoch: that is the proof of release.</summary>
    public sealed record Release(UnitRecord Next, string Why) : HandoverStep(Why);

    /// <summary>The target is told, again and again until it confirms.</summary>
    public sealed record Tell(string Why) : HandoverStep(Why);

    /// <summary>The move is given up: the storage of this node takes writes again.</summary>
    public sealed record Undo(Fault Fault) : HandoverStep(Fault.Why);

    /// <summary>The target writes the unit.</summary>
    public sealed record Done(string Why) : HandoverStep(Why);
}
