using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Guarding;

internal sealed class GuardedPools(CallSupervisor calls) : IPools
{
    public Task<Outcome<IReadOnlyList<PoolReport>>> ListPoolsAsync(CancellationToken cancellation) =>
        calls.ListAsync<IPools, PoolReport>(
            GuardedCall.Read("pools.list", "list pools"),
            (pools, stop) => pools.ListPoolsAsync(stop),
            cancellation);
}
