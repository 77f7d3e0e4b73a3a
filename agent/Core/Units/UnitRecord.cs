using System.Collections.Immutable;
using NodeAgent.Contract;

namespace NodeAgent.Core.Units;

/// <summary>What is decided about a unit. The writer's record counts; nodes with copies keep what the writer told them.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Writer">The one node that may write it.</param>
/// <param name="Epoch">Grows with every change of writer.</param>
/// <param name="Revision">Grows with every other change of the record within an epoch.</param>
/// <param name="Copies">The nodes that keep a copy, in the order of preference.</param>
/// <param name="Interval">How often copies are brought up to date.</param>
/// <param name="KeepSource">Snapshots of replication that the writer keeps.</param>
/// <param name="KeepCopies">Snapshots of replication that each copy keeps.</param>
/// <param name="IsPaused">True while an operator has stopped replication.</param>
public sealed record UnitRecord(
    UnitId Unit,
    NodeId Writer,
    Epoch Epoch,
    long Revision,
    ImmutableArray<NodeId> Copies,
    TimeSpan Interval,
    int KeepSource,
    int KeepCopies,
    bool IsPaused)
{
    /// <summary>
    /// The life that a unit has which was made by an agent that gave it none. The same word on every node: whoever gives it, all give
    /// the same, and nobody has to be asked.
    /// </summary>
    public const string GivenLife = "given";

    /// <summary>
    /// Which life of its name this is: made anew after it was deleted whole, a unit begins with the first epoch and revision again,
    /// and this is another. Null: made by an agent that did not say it; its writer gives it <see cref="GivenLife"/>.
    /// </summary>
    public string? Life { get; init; }

    /// <summary>False: one of the two is known to be of another life. What does not say it may be any.</summary>
    public bool MayBeOfLife(string? life) => Life is null || life is null || Life == life;

    /// <summary>The same record with a life. No new revision: what is on its way without one is still meant.</summary>
    public UnitRecord Alive() => Life is null ? this with { Life = GivenLife } : this;

    /// <summary>The same record; of the life that the other says, if it does not say one itself: an older agent has passed it on.</summary>
    public UnitRecord InLifeOf(UnitRecord known) => Life is null && known.Life is not null ? this with { Life = known.Life } : this;

    /// <summary>Equality by content: records are compared to see whether anything has to be told.</summary>
    public bool Equals(UnitRecord? other) =>
        other is not null && Unit == other.Unit && Writer == other.Writer && Epoch == other.Epoch
        && Revision == other.Revision && Copies.SequenceEqual(other.Copies) && Interval == other.Interval
        && KeepSource == other.KeepSource && KeepCopies == other.KeepCopies && IsPaused == other.IsPaused && Life == other.Life;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Unit, Writer, Epoch, Revision);
}
