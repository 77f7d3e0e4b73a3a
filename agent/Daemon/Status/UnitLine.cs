using NodeAgent.Contract;

namespace NodeAgent.Daemon.Status;

/// <summary>A unit with all its copies.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Writer">Who may write it.</param>
/// <param name="WriterReachable">Whether that node answers.</param>
/// <param name="Epoch">The writer's epoch.</param>
/// <param name="IntervalSeconds">How often copies are brought up to date.</param>
/// <param name="IsPaused">True while an operator has stopped replication.</param>
/// <param name="Volumes">Its volumes.</param>
/// <param name="Copies">Its copies.</param>
/// <param name="WouldLose">What would be lost if the writer died now and the best copy took over; a sentence.</param>
/// <param name="WouldLoseSeconds">The same as a number: writes of at most so many seconds; null if nothing can be said.</param>
public sealed record UnitLine(
    UnitId Unit,
    NodeId Writer,
    Answer WriterReachable,
    Epoch Epoch,
    double IntervalSeconds,
    bool IsPaused,
    IReadOnlyList<VolumeReport> Volumes,
    IReadOnlyList<CopyLine> Copies,
    string WouldLose,
    double? WouldLoseSeconds)
{
    /// <summary>The planned move that is under way; null if none is.</summary>
    public SwitchoverLine? Switchover { get; init; }

    /// <summary>What nodes hold of it that are no copies of it any more.</summary>
    public IReadOnlyList<LeftOutLine> LeftOut { get; init; } = [];

    /// <summary>True: its writer answers, and has no record of it.</summary>
    public bool IsForgotten { get; init; }
}
