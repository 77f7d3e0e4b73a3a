using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Guarding;

internal sealed class GuardedRejoin(CallSupervisor calls) : IRejoin
{
    public Task<Outcome> RejoinAsync(UnitId unit, string? snapshot, string keepAs, CancellationToken cancellation) =>
        calls.RunAsync<IRejoin>(
            GuardedCall.Change("rejoin", $"make {unit} a copy again", unit),
            (rejoin, stop) => rejoin.RejoinAsync(unit, snapshot, keepAs, stop),
            cancellation);

    public Task<Outcome<Listing<KeptHead>>> ListKeptAsync(CancellationToken cancellation) =>
        calls.RunAsync<IRejoin, Listing<KeptHead>>(
            GuardedCall.Read("rejoin.kept", "list what copies have put away"),
            async (rejoin, stop) => CallSupervisor.Copy(await rejoin.ListKeptAsync(stop)),
            cancellation);
}
