using System.Collections.Immutable;
using NodeAgent.Contract;

namespace NodeAgent.Core.Units;

/// <summary>
/// A unit of which everything was deleted on this node. What its writer had said before may come late, and would bring it back;
/// made anew under its name, a unit has another life and is not meant.
/// </summary>
/// <param name="Unit">The unit.</param>
/// <param name="Life">Which life of it.</param>
/// <param name="Epoch">The epoch in which it was deleted.</param>
/// <param name="Revision">The revision of the record with which that was ordered.</param>
public sealed record DeletedUnit(UnitId Unit, string Life, Epoch Epoch, long Revision)
{
    /// <summary>Who ordered it and said which life it meant; null: whoever did may have an agent that says none.</summary>
    public NodeId? Writer { get; init; }

    /// <summary>How many are remembered. What is late for longer than so many deletions takes some space, nothing else.</summary>
    public const int Remembered = 500;

    /// <summary>What is remembered of a record; null: it does not say which life it is of, and nothing can be told apart.</summary>
    public static DeletedUnit? Of(UnitRecord record) => record.Life is { } life ? new DeletedUnit(record.Unit, life, record.Epoch, record.Revision) : null;

    /// <summary>With one more, the oldest beyond what is remembered left out.</summary>
    public static ImmutableArray<DeletedUnit> Add(ImmutableArray<DeletedUnit> all, DeletedUnit one) =>
        [.. all.Where(known => (known.Unit, known.Life) != (one.Unit, one.Life)).TakeLast(Remembered - 1), one];

    /// <summary>True: the record was said before the deletion was ordered.</summary>
    public bool Overtakes(UnitRecord told) => told.Unit == Unit && Overtakes(told.Life, told.Writer, told.Epoch, told.Revision);

    /// <summary>
    /// True: it was said of this unit before the deletion was ordered. Who ordered it says lives, so what that node says without
    /// one is from before it did; another node may have an agent that never does.
    /// </summary>
    /// <param name="life">The life that is said; null if none is.</param>
    /// <param name="from">Who says it.</param>
    /// <param name="epoch">In which epoch.</param>
    /// <param name="revision">With which revision of the record; null if that is not said.</param>
    public bool Overtakes(string? life, NodeId from, Epoch epoch, long? revision) =>
        (life is null ? from == Writer : life == Life) && (epoch < Epoch || (epoch == Epoch && (revision ?? 0) < Revision));
}
