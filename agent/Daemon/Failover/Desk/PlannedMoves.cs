using NodeAgent.Contract;
using NodeAgent.Daemon.Units;
using NodeAgent.Daemon.Units.Handovers;

namespace NodeAgent.Daemon.Failover.Desk;

/// <summary>
/// Planned moves as operators ask for them: what belongs to a service goes through the service's order in the cluster
/// store, never beside it; every other unit goes by its own record.
/// </summary>
/// <param name="world">The units here.</param>
/// <param name="switchovers">Moves of units that belong to no service.</param>
/// <param name="services">Moves of services; null: there is no cluster store.</param>
internal sealed class PlannedMoves(UnitWorld world, Switchovers switchovers, ServiceMoves? services)
{
    /// <summary>What a move would do, or what stands in its way. Changes nothing.</summary>
    public async Task<Outcome<SwitchoverReport>> PlanAsync(SwitchoverOrder order, CancellationToken cancellation)
    {
        var service = ServiceOf(order.Unit);
        return !service.IsOk ? service.Fault
            : service.Value is { Length: > 0 } name ? Told(services!.Plan(name, order.To), order.Unit, name)
            : await switchovers.PlanAsync(order, cancellation);
    }

    /// <summary>Moves it, and ends when it is there.</summary>
    public async Task<Outcome<SwitchoverReport>> MoveAsync(SwitchoverOrder order, CancellationToken cancellation)
    {
        var service = ServiceOf(order.Unit);
        return !service.IsOk ? service.Fault
            : service.Value is { Length: > 0 } name ? Told(await services!.MoveAsync(name, order.To, "switchover", cancellation), order.Unit, name)
            : await switchovers.MoveAsync(order, cancellation);
    }

    private static Outcome<SwitchoverReport> Told(Outcome<SwitchoverReport> report, string asked, string service) => asked == service ? report
        : report.Map(known => known with
        {
            Warnings = [$"Unit {asked} belongs to service {service}: it moves with it, by the service's order in the cluster store.", .. known.Warnings],
        });

    /// <summary>The service that a name means; empty: it means a unit of none.</summary>
    private Outcome<string> ServiceOf(string text)
    {
        if (services is null)
        {
            return "";
        }

        var unit = world.Finder.Find(text);
        var ofUnit = unit.IsOk ? world.Tenures.ServiceOf(unit.Value.Unit) : null;
        if (!services.Knows(text))
        {
            return ofUnit ?? "";
        }

        return unit.IsOk && ofUnit != text
            ? new Fault(
                FaultCode.PreconditionFailed, $"cannot tell what '{text}' is", $"service {text} exists, and unit {unit.Value.Unit} that does not belong to it",
                $"For the unit: nodeagent switchover {unit.Value.Unit}; for the service: nodeagent service move {text}", Retry.AfterFix)
            : text;
    }
}
