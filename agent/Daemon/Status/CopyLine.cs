using NodeAgent.Contract;

namespace NodeAgent.Daemon.Status;

/// <summary>One copy of a unit.</summary>
/// <param name="Node">Where it is.</param>
/// <param name="State">How it is.</param>
/// <param name="Snapshot">The newest complete snapshot; null if there is none.</param>
/// <param name="DataAsOf">Writes acknowledged before this time are in it; null if unknown.</param>
/// <param name="Confidence">How sure that is.</param>
/// <param name="Evidence">What it rests on.</param>
/// <param name="Problem">Why it cannot be brought up to date; null if it can.</param>
/// <param name="Progress">The stream that runs; null if none does.</param>
public sealed record CopyLine(
    NodeId Node,
    CopyState State,
    string? Snapshot,
    DateTimeOffset? DataAsOf,
    LossConfidence Confidence,
    string Evidence,
    string? Problem,
    StreamProgress? Progress)
{
    /// <summary>The copying that the storage does itself; null if it does none.</summary>
    public ResyncLine? Resync { get; init; }
}
