using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Failover.Services;

/// <summary>
/// A node that lost a service while it was away learns from the cluster store that another writes its units: it becomes a
/// copy, and takes what the new writer tells. The only way in which a writer's own record is overruled.
/// </summary>
internal sealed class Abdication(Tenures tenures, UnitWorld world, IHistory history)
{
    /// <summary>Gives up what was lost. Units that are still open here stay as they are until they are closed.</summary>
    public async Task RunAsync(ClusterView view, CancellationToken cancellation)
    {
        // Also of a service that this node's configuration does not have any more.
        var written = world.Registry.All().Where(record => record.Writer == world.Self).Select(record => record.Unit);
        foreach (var unit in tenures.All.Keys.Union(written))
        {
            if (tenures.ServiceOf(unit) is { } service && view.Record.Service(service) is { Last: { } writer } record && writer != world.Self && IsGiven(view, unit, service))
            {
                await GiveUpAsync(unit, record, writer, cancellation);
            }
        }
    }

    // A node that has the service may know it without this unit, and not write it.
    private bool IsGiven(ClusterView view, UnitId unit, string service) => !view.Record.UnitsOf(service).Any()
        || (view.Record.Units.GetValueOrDefault(unit.ToString()) is { } place && place.Service == service
            && world.Registry.Find(unit) is { } known && place.Since > known.Epoch);

    private async Task GiveUpAsync(UnitId unit, ServiceRecord service, NodeId writer, CancellationToken cancellation)
    {
        if (world.Registry.Find(unit) is not { } known || known.Writer != world.Self || known.Epoch >= service.Epoch
            || world.There().GetValueOrDefault(unit.Backend)?.Ability<IRoles>() is not { } roles)
        {
            return;
        }

        var role = await roles.GetRoleAsync(unit, cancellation);
        if (!role.IsOk || role.Value.Role is Role.Writer or Role.Unknown)
        {
            return;
        }

        var stored = world.Registry.Store(known with
        {
            Writer = writer,
            Epoch = service.Epoch,
            Revision = 0,
            Copies = world.Synchronous(unit.Backend) is null ? [.. known.Copies.Where(node => node != writer).Append(world.Self).Distinct()] : [],
        });
        if (stored.IsOk)
        {
            history.Tell("copy-again", unit.ToString(), $"{writer} writes it in epoch {service.Epoch}; {world.Self} keeps a copy from now on");
        }
    }
}
