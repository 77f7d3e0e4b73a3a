using NodeAgent.Contract;
using NodeAgent.Core.Units;

namespace NodeAgent.Daemon.Status;

/// <summary>The copies of a unit whose storage keeps them itself, in its own words.</summary>
internal static class CopyLines
{
    /// <summary>A line for each node but the writer's.</summary>
    public static IReadOnlyList<CopyLine> Of(UnitRecord record, Outcome<ReplicationStatus> seen) => !seen.IsOk ? []
        : [.. seen.Value.Copies.Where(copy => copy.Node != record.Writer).Select(Line)];

    private static CopyLine Line(CopyStatus copy) => new(
        copy.Node, copy.State, null, copy.Loss.DataAsOf, copy.Loss.Confidence, copy.Loss.Evidence,
        copy.State is CopyState.InSync or CopyState.Resyncing ? null : $"the copy on {copy.Node} is {copy.State}: {copy.Loss.Evidence}", null);
}
