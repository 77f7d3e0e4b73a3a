using NodeAgent.Contract;

namespace NodeAgent.Daemon.Units;

/// <summary>Something that is kept on a node and that the agent never deletes.</summary>
/// <param name="Node">The node that has it.</param>
/// <param name="Unit">The unit that keeps it; null: it is a snapshot of the storage below a copy.</param>
/// <param name="KeptAs">What it is called: the unit, or as the storage's own programs call it.</param>
/// <param name="Of">The unit it was part of.</param>
/// <param name="Snapshot">It is what came after this snapshot; null: it is everything.</param>
/// <param name="DeletedBy">The command that deletes it.</param>
/// <param name="Since">When it was put away, by that node's wall clock; null: unknown.</param>
/// <param name="Bytes">Space it takes; null: unknown.</param>
public sealed record KeptLine(NodeId Node, UnitId? Unit, string KeptAs, UnitId Of, string? Snapshot, string DeletedBy, DateTimeOffset? Since, long? Bytes)
{
    public static KeptLine From(NodeId node, KeptHead head) =>
        new(node, head.Unit, head.Unit.ToString(), head.Of, head.Snapshot, $"nodeagent kept delete {head.Unit.Name}", head.Since, head.Bytes);

    public static KeptLine From(NodeId node, GivenUpCopy copy) => new(node, null, copy.KeptAs, copy.Of, null, copy.DeletedBy, copy.Since, copy.Bytes);
}
