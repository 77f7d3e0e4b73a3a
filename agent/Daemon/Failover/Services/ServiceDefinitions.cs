using System.Collections.Concurrent;
using NodeAgent.Cluster.Ledger;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Failover.Services;

/// <summary>
/// Makes the services of the configuration known to the store: each by the node that writes its units, and one without
/// units by the first node that may run it. Its units are closed before, so that from then on only the lease opens them.
/// </summary>
internal sealed class ServiceDefinitions(
    IReadOnlyDictionary<string, RunnableService> services, UnitWorld world, IClusterLedger ledger, ILogger log)
{
    private readonly ConcurrentDictionary<string, string> told = new(StringComparer.Ordinal);

    /// <summary>Services of the configuration that cannot be looked after, and why.</summary>
    public IReadOnlyDictionary<string, string> Unmade => told;

    /// <summary>Asks for what is missing or differs, and that only this node can ask for.</summary>
    public async Task RunAsync(ClusterView view, long session, CancellationToken cancellation)
    {
        foreach (var service in services.Values)
        {
            var known = view.Record.Service(service.Name);
            if (known is null)
            {
                await MakeAsync(view, service, session, cancellation);
            }
            else if (known.Owner is { } owner && owner.Node == world.Self && owner.Session == session)
            {
                await UpdateAsync(view, service, known, session, cancellation);
            }
            else
            {
                told.TryRemove(service.Name, out _);
            }
        }
    }

    /// <summary>
    /// Sees to it that the units are the service's before they are opened: which this node has is settled, whose they are may not be, after
    /// the configuration was changed. Null: they are; otherwise why not.
    /// </summary>
    public async Task<string?> PlaceAsync(ClusterView? view, RunnableService service, Epoch epoch, long session, CancellationToken cancellation)
    {
        if (view is null || IsPlaced(view, service.Name, service.Units))
        {
            return null;
        }

        var answer = await ledger.AskAsync(new Wish.Define(service.Policy, epoch) { Units = [.. service.Units] }, session, cancellation);
        return answer switch
        {
            WishAnswer.Done => null,
            WishAnswer.Refused => Elsewhere(view, service) ?? $"the cluster store did not take the units of service {service.Name}; it is tried again",

            // Made by an agent that did not say what its units are: they are as they were.
            _ when !view.Record.UnitsOf(service.Name).Any() && Elsewhere(view, service) is null => null,
            _ => $"the cluster store did not answer whether all units of service {service.Name} are its own",
        };
    }

    private async Task UpdateAsync(ClusterView view, RunnableService service, ServiceRecord known, long session, CancellationToken cancellation)
    {
        // What is still open as it was configured before stays the service's until it is closed.
        var units = service.Units.Concat(world.Tenures.Opened().Where(open => open.Value == service.Name).Select(open => open.Key)).Distinct().ToList();
        if (SamePolicy.AreSame(known.Policy, service.Policy) && IsPlaced(view, service.Name, units) && view.Record.UnitsOf(service.Name).Count() == units.Count)
        {
            told.TryRemove(service.Name, out _);
            return;
        }

        if (Elsewhere(view, service) is { } why)
        {
            Tell(service.Name, why);
            return;
        }

        await ledger.AskAsync(new Wish.Define(service.Policy, known.Epoch) { Units = [.. units] }, session, cancellation);
    }

    private async Task MakeAsync(ClusterView view, RunnableService service, long session, CancellationToken cancellation)
    {
        if (Elsewhere(view, service) is { } why)
        {
            // Under another name it is known already, with all that counts; if that one is let go of everywhere, it goes on under this.
            var renamed = await ledger.AskAsync(new Wish.Define(service.Policy, Epoch.None) { Units = [.. service.Units] }, session, cancellation);
            if (renamed == WishAnswer.Done)
            {
                log.LogInformation("service {Service} has the units of one that no node has in its configuration any more: it goes on from there", service.Name);
            }
            else
            {
                Tell(service.Name, why);
            }
        }
        else
        {
            await DefineAsync(service, session, cancellation);
        }
    }

    private async Task DefineAsync(RunnableService service, long session, CancellationToken cancellation)
    {
        var records = service.Units.Select(world.Registry.Find).ToList();
        if (records.Exists(record => record?.Writer != world.Self) || (records.Count == 0 && service.Policy.Nodes[0] != world.Self))
        {
            return;
        }

        world.Tenures.Claim(service.Name);
        if (await CloseAsync(service, cancellation) is { } open)
        {
            Tell(service.Name, open);
            return;
        }

        var start = new Epoch(records.Select(record => record!.Epoch.Value).DefaultIfEmpty(0).Max());
        var answer = await ledger.AskAsync(new Wish.Define(service.Policy, start) { Units = [.. service.Units] }, session, cancellation);
        log.LogInformation("service {Service} was made known to the cluster: {Answer}", service.Name, answer);
    }

    private void Tell(string service, string why)
    {
        if (told.GetValueOrDefault(service) != why)
        {
            told[service] = why;
            log.LogWarning("service {Service} cannot be looked after yet: {Why}", service, why);
        }
    }

    private static bool IsPlaced(ClusterView view, string service, IReadOnlyList<UnitId> units) =>
        units.All(unit => view.Record.Units.GetValueOrDefault(unit.ToString())?.Service == service);

    private static string? Elsewhere(ClusterView view, RunnableService service)
    {
        var others = service.Units.Select(unit => (Unit: unit, view.Record.Units.GetValueOrDefault(unit.ToString())?.Service))
            .Where(place => place.Service is { } other && other != service.Name).ToList();
        return others.Count == 0 ? null
            : $"unit {others[0].Unit} belongs to service {others[0].Service}. If that is no more: take it out of the configuration of every node, restart their agents, "
                + $"then 'nodeagent service forget {others[0].Service}'";
    }

    private async Task<string?> CloseAsync(RunnableService service, CancellationToken cancellation)
    {
        foreach (var unit in service.Units)
        {
            if (world.Journal.Open().Any(known => known.Subject == unit.ToString() || known.Subject.StartsWith($"{unit}/", StringComparison.Ordinal)))
            {
                return $"an order about unit {unit} is not done yet";
            }

            if (world.Backends().GetValueOrDefault(unit.Backend)?.Ability<IRoles>() is not { } roles)
            {
                return $"backend {unit.Backend} is not ready";
            }

            var closed = await roles.DemoteAsync(unit, null, cancellation);
            if (!closed.IsOk || closed.Value.Role != Role.Reader)
            {
                return closed.Fault?.ToString() ?? $"unit {unit} is {closed.Value.Role}";
            }
        }

        return null;
    }
}
