using NodeAgent.Contract;

namespace NodeAgent.Linux.Fencing;

/// <summary>What came of switching a node off, and why.</summary>
/// <param name="End">Only <see cref="FenceEnd.Confirmed"/> is a proof.</param>
/// <param name="Reason">For people and for the record of the decision.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Faults">What went wrong on the way, device by device; may hold some although a later level confirmed.</param>
public sealed record FenceVerdict(FenceEnd End, string Reason, TimeSpan Took, IReadOnlyList<Fault> Faults)
{
    /// <summary>The number of the level that confirmed, from 1; 0 if none did.</summary>
    public int Level { get; init; }
}
