using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Units.Handovers;

namespace NodeAgent.Tests.Daemon.Units.Handovers;

/// <summary>Another node as the next writer, without the network; silent while it is dead.</summary>
internal sealed class NearbyHandover(MovingCluster cluster, NodeId peer, NodeId from) : IHandoverHost
{
    public Task<Outcome<TakeOverOutlook>> PlanTakeOverAsync(UnitRecord record, CancellationToken cancellation) =>
        cluster.CallAsync(peer, node => node.TakeOvers.PlanAsync(record, from, cancellation));

    public async Task<Outcome> TakeOverAsync(TakeOverLetter letter, CancellationToken cancellation) => (await cluster.CallAsync(
        peer, async node => (await node.TakeOvers.TakeOverAsync(letter, from, cancellation)) is { IsOk: false } failed ? failed.Fault! : Outcome.Ok(true))).WithoutValue();
}
