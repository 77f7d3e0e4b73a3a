using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Operations;

namespace NodeAgent.Daemon.Units.Handovers;

/// <summary>What can stand in the way of a planned move, in words.</summary>
internal static class SwitchoverFaults
{
    public static Fault Unfinished(UnitRecord record, NodeId to, Operation earlier) => new(
        FaultCode.Busy, $"cannot move unit {record.Unit} to {to}", $"'{earlier.Kind}' of {earlier.Subject} is still at '{earlier.Step}'",
        "It goes on by itself: 'nodeagent operations'.", Retry.Later);

    public static Fault Formats(UnitRecord record, NodeId to, string here, string there) => new(
        FaultCode.PreconditionFailed, $"cannot move unit {record.Unit} to {to}", $"the writer's streams are '{here}', those of {to} are '{there}'",
        "Use the same plugin for this backend on both nodes.", Retry.AfterFix);

    /// <summary>The point of no return is behind, and the target has not answered.</summary>
    public static Fault NotConfirmed(HandoverState state, Fault last) => new(
        FaultCode.TimedOut, $"cannot tell whether {state.To} writes unit {state.Unit} yet",
        $"{state.From} has released it and never writes again in its old epoch; {state.To}: {last}",
        $"It is told again by itself, and this cannot be cancelled: 'nodeagent operations' on {state.From}.", Retry.AfterLook);

    /// <summary>The move was given up, and this node could not open its storage again.</summary>
    public static Fault NotUndone(HandoverState state, Fault why, Fault open) => new(
        open.Code, $"cannot open unit {state.Unit} on {state.From} again", $"{open.Why}; the move to {state.To} was given up because {why.Why}",
        $"It is tried again by itself. {open.NextStep}", Retry.Later) { Facts = open.Facts, Native = open.Native };

    public static Fault OfService(UnitRecord record, NodeId to, string service) => new(
        FaultCode.PreconditionFailed, $"cannot move unit {record.Unit} to {to}", $"it belongs to service {service}, and moves with it",
        $"nodeagent service move {service} --to {to}", Retry.Never);
}
