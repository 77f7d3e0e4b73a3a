using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Transport;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Hosting;

/// <summary>Tells peers what this node's copy of a unit is, for somebody who has to choose between copies.</summary>
internal sealed class SideEndpoint(Func<UnitWorld> world, Func<BackendId, bool> isConfigured) : IPeerEndpoints
{
    /// <summary>The peers' route.</summary>
    public const string Route = "copies/side";
    private const int MessageLimit = 4 * 1024;

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost(Route, async (HttpContext context) =>
    {
        var message = await context.ReadMessageAsync<OfUnit>(MessageLimit);
        await context.AnswerAsync(message.IsOk ? await HereAsync(message.Value.Unit, context.RequestAborted) : message.Fault);
    });

    /// <summary>Asks a peer.</summary>
    public static async Task<Outcome<CopySide>> AskAsync(ClusterSeat seat, NodeId node, UnitId unit, CancellationToken cancellation) =>
        seat.Node?.Links.All.FirstOrDefault(link => link.Node == node) is { } link
            ? await link.CallAsync<CopySide>(HttpMethod.Post, Route, new OfUnit(unit), cancellation)
            : new Fault(FaultCode.PeerUnavailable, $"cannot ask {node} about unit {unit}", "it is no peer of this node", "nodeagent cluster members", Retry.AfterFix);

    // A backend that is configured and not ready may have the unit open: it is not said to be absent.
    private async Task<Outcome<CopySide>> HereAsync(UnitId unit, CancellationToken cancellation) =>
        world().Backends().GetValueOrDefault(unit.Backend)?.Ability<ICopyChoice>() is { } choice ? await choice.ReadSideAsync(unit, cancellation)
        : isConfigured(unit.Backend) ? UnitFaults.NoBackend(unit.Backend.Value, world().Backends().Keys) with { Code = FaultCode.PeerUnavailable }
        : UnitFaults.NoBackend(unit.Backend.Value, world().Backends().Keys) with { Code = FaultCode.NotFound };

    /// <summary>Which unit is asked about.</summary>
    public sealed record OfUnit(UnitId Unit);
}
