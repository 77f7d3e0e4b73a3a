using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Guarding;

internal sealed class GuardedUpkeep(CallSupervisor calls) : IUpkeep
{
    // On a lane of its own: it never waits for, or holds up, a promotion.
    public Task<Outcome> KeepAsync(CancellationToken cancellation) =>
        calls.RunAsync<IUpkeep>(
            new GuardedCall("upkeep", CallKind.Upkeep, "look after the storage", ""), (upkeep, stop) => upkeep.KeepAsync(stop), cancellation);

    public Task<Outcome<IReadOnlyList<UpkeepReport>>> ReadReportsAsync(CancellationToken cancellation) =>
        calls.ListAsync<IUpkeep, UpkeepReport>(
            GuardedCall.Read("upkeep.reports", "read what upkeep saw"),
            async (upkeep, stop) => UpkeepBounds.Check(calls.Id, await upkeep.ReadReportsAsync(stop)),
            cancellation);
}
