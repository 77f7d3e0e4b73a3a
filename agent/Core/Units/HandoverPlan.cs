using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Replication;

namespace NodeAgent.Core.Units;

/// <summary>What a planned move would do.</summary>
/// <param name="Next">The record that it leads to.</param>
/// <param name="Steps">What is done, each a sentence.</param>
/// <param name="Warnings">What an operator should know before, each a sentence.</param>
public sealed record HandoverPlan(UnitRecord Next, ImmutableArray<string> Steps, ImmutableArray<string> Warnings)
{
    private const long LeastRoom = 16L << 20;

    /// <summary>Why a node cannot even be asked; null if it can.</summary>
    public static Fault? Unasked(UnitRecord record, NodeId to) => record.Copies.Contains(to) ? null : Refuse(
        record, to, $"{to} keeps no copy of it (copies: {(record.Copies.IsEmpty ? "none" : string.Join(", ", record.Copies))})",
        $"nodeagent replication set {record.Unit.Name} --replicate-to {string.Join(',', record.Copies.Append(to))}");

    /// <summary>The plan, or what stands in the way.</summary>
    public static Outcome<HandoverPlan> Make(UnitRecord record, NodeId to, HandoverOutlook outlook)
    {
        if (Unasked(record, to) is { } stranger)
        {
            return stranger;
        }

        if (outlook.Here.Role != Role.Writer)
        {
            return Refuse(record, to, $"the storage on {record.Writer} does not take writes itself", "See 'nodeagent doctor'.");
        }

        var here = outlook.Here.Volumes.Select(volume => volume.Volume).ToList();
        if (outlook.Whole is null || here.Except(outlook.There.Volumes.Select(volume => volume.Volume), StringComparer.Ordinal).Any())
        {
            return Refuse(record, to, $"{to} does not hold a whole copy of every volume yet", $"nodeagent replication run {record.Unit.Name}");
        }

        if (ReplicationPlanner.Orphans(outlook.Here, outlook.There) is [var orphan, ..])
        {
            return Refuse(record, to, $"{to} has a volume {orphan} that {record.Writer} has not", "Finish or undo the order that made it: 'nodeagent operations'.");
        }

        if (Parted(record, outlook) is { } conflict)
        {
            return Refuse(record, to, $"the copy of volume {conflict.Volume} on {to} has parted: {conflict.Why}",
                $"nodeagent replication rebuild {record.Unit.Name} --peer {to}", FaultCode.Diverged);
        }

        if (outlook.Blockers.Count > 0)
        {
            return Refuse(record, to, $"{to} could not write it: {string.Join("; ", outlook.Blockers)}", $"Mend this on {to} first.");
        }

        return outlook.AvailableBytes < LeastRoom
            ? Refuse(record, to, $"{to} has only {outlook.AvailableBytes} bytes left", "Make room there first.", FaultCode.OutOfSpace)
            : new HandoverPlan(Handover.Passed(record, to), Sentences(record, to), Warn(record, outlook));
    }

    private static VolumePlan.Conflict? Parted(UnitRecord record, HandoverOutlook outlook)
    {
        var newest = CopyLoss.NewestComplete(outlook.Here);
        return newest is null ? null : ReplicationPlanner.Plan(outlook.Here, outlook.There, newest.Name, record.Epoch)
            .OfType<VolumePlan.Conflict>().FirstOrDefault();
    }

    private static ImmutableArray<string> Sentences(UnitRecord record, NodeId to) =>
    [
        $"Bring {to} up to date while {record.Writer} writes.",
        $"Close the unit on {record.Writer}: refused if a process still uses it.",
        $"See that {to} holds everything, by the identities of the last snapshot; else open it on {record.Writer} again and repeat.",
        $"Store on {record.Writer} that {to} writes from epoch {record.Epoch.Value + 1}: from here there is no way back.",
        $"{to} stores it, opens the unit, and replicates to {string.Join(", ", Handover.Passed(record, to).Copies)}.",
    ];

    private static ImmutableArray<string> Warn(UnitRecord record, HandoverOutlook outlook) =>
    [
        .. outlook.Behind.Select(node => $"The copy on {node} cannot be reached: if it lags, it may have to be made anew afterwards."),
        .. record.IsPaused ? new[] { "Replication is paused, and stays so on the new writer." } : [],
    ];

    private static Fault Refuse(
        UnitRecord record, NodeId to, string why, string next, FaultCode code = FaultCode.PreconditionFailed) =>
        new(code, $"cannot move unit {record.Unit} to {to}", why, next, Retry.AfterFix);
}
