using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Peers.Transport;
using NodeAgent.Daemon.Units.Handovers;

namespace NodeAgent.Daemon.Replication.Wire;

/// <summary>A peer as the next writer of a unit.</summary>
internal sealed class RemoteHandover(PeerLink link) : IHandoverHost
{
    public Task<Outcome<TakeOverOutlook>> PlanTakeOverAsync(UnitRecord record, CancellationToken cancellation) =>
        link.CallAsync<TakeOverOutlook>(HttpMethod.Post, HandoverRoutes.Plan, new HandoverRoutes.OfRecord(record), cancellation);

    public async Task<Outcome> TakeOverAsync(TakeOverLetter letter, CancellationToken cancellation) =>
        (await link.CallAsync<Acknowledgement>(HttpMethod.Post, HandoverRoutes.TakeOver, letter, cancellation)).WithoutValue();
}
