using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Guarding;

internal sealed class GuardedReplicationStatus(CallSupervisor calls) : IReplicationStatus
{
    public Task<Outcome<ReplicationStatus>> ReadStatusAsync(UnitId unit, CancellationToken cancellation) =>
        calls.RunAsync<IReplicationStatus, ReplicationStatus>(
            GuardedCall.Read("status.read", $"read the copies of {unit}"),
            (status, stop) => status.ReadStatusAsync(unit, stop),
            cancellation);
}
