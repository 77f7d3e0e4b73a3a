using NodeAgent.Contract;
using NodeAgent.Core.Units;

namespace NodeAgent.Daemon.Replication;

/// <summary>Whether a node knows a unit.</summary>
/// <param name="Record">Its record; null if it does not.</param>
public sealed record KnownUnit(UnitRecord? Record)
{
    /// <summary>
    /// Without a record: what the node's storage says of the unit, for a record can be lost and the storage stay. Null: it has
    /// no storage for such units, or an agent that does not tell yet.
    /// </summary>
    public RoleReport? Storage { get; init; }

    /// <summary>True if the storage was looked at where there is no record, or there is none to look at.</summary>
    public bool IsLooked { get; init; }
}
