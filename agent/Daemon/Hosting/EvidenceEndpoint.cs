using NodeAgent.Contract;
using NodeAgent.Daemon.Failover.Drills;
using NodeAgent.Daemon.Peers.Transport;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Hosting;

/// <summary>Tells peers what this node's storage shows of a unit: snapshots and identities, never content.</summary>
internal sealed class EvidenceEndpoint(Func<UnitWorld> world) : IPeerEndpoints
{
    /// <summary>The peers' route.</summary>
    public const string Route = "evidence";
    private const int MessageLimit = 4 * 1024;

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost(Route, async (HttpContext context) =>
    {
        var message = await context.ReadMessageAsync<OfUnit>(MessageLimit);
        await context.AnswerAsync(message.IsOk ? await UnitEvidence.HereAsync(world(), message.Value.Unit, context.RequestAborted) : message.Fault);
    });

    /// <summary>Which unit is asked about.</summary>
    public sealed record OfUnit(UnitId Unit);
}
