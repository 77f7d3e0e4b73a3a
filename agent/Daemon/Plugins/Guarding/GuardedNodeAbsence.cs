using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Guarding;

internal sealed class GuardedNodeAbsence(CallSupervisor calls) : INodeAbsence
{
    public Task<Outcome<NodeAbsence>> LookAsync(NodeId node, IReadOnlyList<NodeId> away, CancellationToken cancellation) =>
        calls.RunAsync<INodeAbsence, NodeAbsence>(
            GuardedCall.Read("absence.look", "ask whether a node may go away"), (absence, stop) => absence.LookAsync(node, away, stop), cancellation);
}
