using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Core.Units;

namespace NodeAgent.Daemon.Status;

/// <summary>Finds what nodes hold of units that they are no copies of: nothing is wrong with it, but it takes space, and somebody should know.</summary>
internal static class LeftOuts
{
    /// <summary>True: its writer says that the unit has another life by now.</summary>
    public static bool IsOfEarlier(UnitRecord record, IReadOnlyList<(NodeId Node, UnitReport Unit)> all) => all.Any(entry =>
        entry.Node == record.Writer && entry.Unit.Record.Writer == entry.Node && !entry.Unit.Record.MayBeOfLife(record.Life));

    /// <summary>True if no copy is as new as it would be if somebody wrote the unit: what is just being made is not known to all yet.</summary>
    public static bool AreOld(UnitRecord record, IReadOnlyList<(NodeId Node, UnitReport Unit)> seen, DateTimeOffset now) =>
        seen.All(entry => Own(entry) is { DataAsOf: { } asOf } && now - asOf > CycleTiming.LargestAge(record.Interval));

    /// <summary>A line for each.</summary>
    /// <param name="record">The unit.</param>
    /// <param name="copies">The nodes that are copies.</param>
    /// <param name="all">What the nodes say.</param>
    /// <param name="isForgotten">Whether its writer has no record of it.</param>
    public static IReadOnlyList<LeftOutLine> Find(
        UnitRecord record, IReadOnlyList<NodeId> copies, IReadOnlyList<(NodeId Node, UnitReport Unit)> all, bool isForgotten)
    {
        var found = new List<LeftOutLine>();
        foreach (var entry in all.OrderBy(entry => entry.Node.Value, StringComparer.Ordinal))
        {
            var isEarlier = IsOfEarlier(entry.Unit.Record, all);
            if (entry.Node == record.Writer || (copies.Contains(entry.Node) && !isEarlier) || Own(entry) is not { } own || (own.Snapshot is null && own.State != CopyState.Inconsistent))
            {
                continue;
            }

            var why = isEarlier ? "of an earlier unit of that name" : isForgotten ? $"{record.Writer}, its writer, has no record of it" : "left out of its copies";
            var where = isEarlier || isForgotten ? entry.Node : record.Writer;
            found.Add(new LeftOutLine(
                entry.Node, own.Snapshot, own.DataAsOf, why, $"nodeagent replication remove {record.Unit} --peer {entry.Node}, on {where}"));
        }

        return found;
    }

    private static CopyLine? Own((NodeId Node, UnitReport Unit) entry) => entry.Unit.Copies.FirstOrDefault(copy => copy.Node == entry.Node);
}
