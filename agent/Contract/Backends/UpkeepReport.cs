using System.Collections.Immutable;

namespace NodeAgent.Contract;

/// <summary>
/// What the upkeep of a unit saw at its last step. The host makes metrics of it and refuses a report that is not bounded:
/// what is not known is left out, never guessed.
/// </summary>
/// <param name="Unit">The unit.</param>
/// <param name="ObservedAt">When that step was, by this node's wall clock.</param>
public sealed record UpkeepReport(UnitId Unit, DateTimeOffset ObservedAt)
{
    /// <summary>The most parts that the copies of a unit may have, all nodes together.</summary>
    public const int MostLegs = 64;

    /// <summary>The most paths of a unit.</summary>
    public const int MostPaths = 64;

    /// <summary>Whether the certificate, which says whose copies are whole, could be read. Unknown: nobody has tried.</summary>
    public Answer IsCertificateRead { get; init; }

    /// <summary>Each copy's node, true if the certificate covers it. Empty if there is none, or it could not be read.</summary>
    public IReadOnlyDictionary<NodeId, bool> Certified { get; init; } = ImmutableDictionary<NodeId, bool>.Empty;

    /// <summary>The parts of the copies, as far as this node sees them.</summary>
    public IReadOnlyList<CopyLeg> Legs { get; init; } = [];

    /// <summary>The paths that this node needs now. None on a node that has no use for them.</summary>
    public IReadOnlyList<CopyPath> Paths { get; init; } = [];

    /// <summary>The copying that is under way; null if none is, or another node tells of it.</summary>
    public CopyResync? Resync { get; init; }

    /// <summary>
    /// Whether the copies have parted so that only a person can solve it, such as both having been written for themselves. Unknown:
    /// the storage cannot part so, or nobody has looked.
    /// </summary>
    public Answer IsParted { get; init; }

    /// <summary>How long writes have stood still in all, since the backend was made.</summary>
    public TimeSpan Frozen { get; init; }

    /// <summary>How long they have stood still this time; null: they do not.</summary>
    public TimeSpan? FrozenFor { get; init; }
}
