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
    private readonly Dictionary<string, string> told = new(StringComparer.Ordinal);

    /// <summary>Asks for what is missing or differs, and that only this node can ask for.</summary>
    public async Task RunAsync(ClusterView view, long session, CancellationToken cancellation)
    {
        foreach (var service in services.Values)
        {
            var known = view.Record.Service(service.Name);
            if (known is null)
            {
                await DefineAsync(service, session, cancellation);
            }
            else if (known.Owner is { } owner && owner.Node == world.Self && owner.Session == session && !SamePolicy.AreSame(known.Policy, service.Policy))
            {
                await ledger.AskAsync(new Wish.Define(service.Policy, known.Epoch), session, cancellation);
            }
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
            if (told.GetValueOrDefault(service.Name) != open)
            {
                told[service.Name] = open;
                log.LogWarning("service {Service} cannot be looked after yet: {Why}", service.Name, open);
            }

            return;
        }

        var start = new Epoch(records.Select(record => record!.Epoch.Value).DefaultIfEmpty(0).Max());
        var answer = await ledger.AskAsync(new Wish.Define(service.Policy, start), session, cancellation);
        log.LogInformation("service {Service} was made known to the cluster: {Answer}", service.Name, answer);
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
