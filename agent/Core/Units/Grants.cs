using NodeAgent.Contract;

namespace NodeAgent.Core.Units;

/// <summary>The only place where permission to write is made.</summary>
public static class Grants
{
    /// <summary>
    /// The grant for a unit that this node writes. Without leases, as now, it has no deadline: the writer never changes
    /// behind the back of the node that is named in the record.
    /// </summary>
    public static Outcome<WriteGrant> For(UnitRecord record, NodeId self) => record.Writer == self
        ? new WriteGrant(record.Unit, record.Epoch, self, Instant.Never)
        : new Fault(
            FaultCode.NotWriter,
            $"cannot write unit {record.Unit} on {self}",
            $"{record.Writer} is its writer in epoch {record.Epoch}",
            $"Ask {record.Writer} instead.",
            Retry.Never);
}
