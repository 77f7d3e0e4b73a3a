using NodeAgent.Contract;

namespace NodeAgent.Plugins.DirectoryBackend.Units;

/// <summary>Whether a grant allows what is asked.</summary>
internal static class Grants
{
    /// <summary>Checks a grant for a change by the writer; null if it is allowed.</summary>
    public static Fault? CheckWriter(WriteGrant grant, UnitId unit, UnitRecord record, BackendContext context, string what)
    {
        if (CheckHolder(grant, unit, context, what) is { } wrong)
        {
            return wrong;
        }

        if (grant.Epoch.Value < record.Epoch)
        {
            return Stale(grant.Epoch, record.Epoch, what);
        }

        if (!record.IsWriter)
        {
            return new Fault(
                FaultCode.NotWriter, what, $"this node holds a copy of {unit} and is not its writer",
                $"Ask the writer, or make this node the writer: nodeagent switchover {unit}.", Retry.AfterFix);
        }

        return grant.Epoch.Value > record.Epoch
            ? new Fault(
                FaultCode.PreconditionFailed, what,
                $"the grant is for epoch {grant.Epoch}, the unit was promoted at {record.Epoch}",
                "Promote with the new grant first.", Retry.AfterFix)
            : null;
    }

    /// <summary>Checks that a grant is for this unit and this node; null if it is.</summary>
    public static Fault? CheckHolder(WriteGrant grant, UnitId unit, BackendContext context, string what)
    {
        if (grant.Unit != unit)
        {
            return new Fault(
                FaultCode.InvalidArgument, what, $"the grant is for {grant.Unit}, not for {unit}",
                "Ask with the unit's own grant.", Retry.Never);
        }

        return grant.Holder == context.Node
            ? null
            : new Fault(
                FaultCode.NotWriter, what, $"the grant is {grant.Holder}'s, this node is {context.Node}",
                $"Do it on {grant.Holder}.", Retry.Never);
    }

    /// <summary>The fault for an epoch that has passed.</summary>
    public static Fault Stale(Epoch given, long seen, string what) =>
        new(FaultCode.StaleEpoch, what, $"epoch {given} has passed, epoch {seen} was seen here",
            "Another node became the writer: ask it.", Retry.Never)
        {
            Facts = new Dictionary<string, string>
            {
                ["givenEpoch"] = given.ToString(),
                ["seenEpoch"] = seen.ToString(),
            },
        };
}
