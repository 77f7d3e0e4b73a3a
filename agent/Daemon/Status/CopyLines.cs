using NodeAgent.Contract;
using NodeAgent.Core.Units;

namespace NodeAgent.Daemon.Status;

/// <summary>The copies of a unit whose storage keeps them itself, in its own words.</summary>
internal static class CopyLines
{
    /// <summary>A line for each node but the writer's.</summary>
    /// <param name="record">The unit.</param>
    /// <param name="seen">What the storage said at the last look.</param>
    /// <param name="upkeep">What its upkeep saw since; null: nothing that still holds.</param>
    public static IReadOnlyList<CopyLine> Of(UnitRecord record, Outcome<ReplicationStatus> seen, UpkeepLine? upkeep = null) => !seen.IsOk ? []
        : [.. seen.Value.Copies.Where(copy => copy.Node != record.Writer).Select(copy => Line(copy) with { Resync = Resync(copy, upkeep) })];

    private static ResyncLine? Resync(CopyStatus copy, UpkeepLine? upkeep) =>
        upkeep?.Report.Resync is { } resync && resync.Node == copy.Node ? new ResyncLine(resync.RemainingBytes, resync.TotalBytes, upkeep.ResyncEnds?.TotalSeconds)
        : copy is { State: CopyState.Resyncing, RemainingBytes: { } left } ? new ResyncLine(left, null, null)
        : null;

    private static CopyLine Line(CopyStatus copy) => new(
        copy.Node, copy.State, null, copy.Loss.DataAsOf, copy.Loss.Confidence, copy.Loss.Evidence,
        copy.State is CopyState.InSync or CopyState.Resyncing ? null : $"the copy on {copy.Node} is {copy.State}: {copy.Loss.Evidence}", null);
}
