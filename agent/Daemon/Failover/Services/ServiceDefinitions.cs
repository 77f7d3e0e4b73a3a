using System.Collections.Concurrent;
using System.Collections.Immutable;
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
    IReadOnlyDictionary<string, RunnableService> services, UnitWorld world, IClusterLedger ledger, TimeProvider time, ILogger log)
{
    private const int MostTries = 20;

    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(0.1);
    private readonly ConcurrentDictionary<string, string> told = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> asBefore = new(StringComparer.Ordinal);

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
    /// Sees to it that the units are the service's before they are opened: which service this node has is settled, whose the units are may
    /// not be, after the configuration was changed. Asks until the store has answered or the time is over. Null: they are; otherwise why not.
    /// </summary>
    /// <param name="service">The service.</param>
    /// <param name="epoch">In which it is opened.</param>
    /// <param name="session">This node's stay.</param>
    /// <param name="mayWrite">Whether this node may still write in that stay.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<string?> PlaceAsync(RunnableService service, Epoch epoch, long session, Func<long, bool> mayWrite, CancellationToken cancellation)
    {
        if (service.Units.Count == 0)
        {
            return null;
        }

        for (var tries = 1; ; tries++)
        {
            var answer = await ledger.AskAsync(new Wish.Define(service.Policy, epoch) { Units = Claims(service.Name, service.Units), Opens = true }, session, cancellation);
            if (answer == WishAnswer.Done)
            {
                return null;
            }

            var seen = answer == WishAnswer.Refused ? await ledger.LookAsync(cancellation) : default;
            if (seen is { IsOk: true, Value: { } now } && Objection(now, service) is { } why)
            {
                return why;
            }

            if (seen is { IsOk: true, Value: { } lost } && lost.Record.Service(service.Name)?.Owner?.Node != world.Self)
            {
                return $"{world.Self} does not have service {service.Name} any more";
            }

            if (tries == MostTries || !mayWrite(session))
            {
                return $"the cluster store did not say whether all units of service {service.Name} are its own";
            }

            await Task.Delay(AskAgain, time, cancellation);
        }
    }

    private async Task UpdateAsync(ClusterView view, RunnableService service, ServiceRecord known, long session, CancellationToken cancellation)
    {
        // A unit comes into it when it is opened, not before: what closes the service would not close it. What is still open as it was
        // configured before stays the service's until it is closed.
        var opened = world.Tenures.Opened().Where(open => open.Value == service.Name).Select(open => open.Key).ToList();
        var before = view.Record.UnitsOf(service.Name).ToList();
        var stay = service.Units.Union(opened).Select(unit => unit.ToString()).ToHashSet(StringComparer.Ordinal);
        var left = before.Where(unit => !stay.Contains(unit)).ToImmutableArray();
        var first = before.Count > 0 ? [] : opened.Count > 0 ? opened : service.Units;
        if (first.Count > 0 || !left.IsEmpty || !SamePolicy.AreSame(known.Policy, service.Policy))
        {
            await ledger.AskAsync(new Wish.Define(service.Policy, known.Epoch) { Units = Claims(service.Name, first), Leaves = left }, session, cancellation);
        }

        // It runs, and does not have all that is configured.
        if (Objection(view, service) is { } why)
        {
            Tell(service.Name, why);
        }
        else if (asBefore.ContainsKey(service.Name))
        {
            Tell(service.Name, "it runs as it was before its configuration was changed, and nothing stands in the way of that any more. Restart the agent: the service is stopped and started once");
        }
        else
        {
            told.TryRemove(service.Name, out _);
        }
    }

    private async Task MakeAsync(ClusterView view, RunnableService service, long session, CancellationToken cancellation)
    {
        // What no service ever had is made known by its writer; the others wait for that.
        if (!service.Units.Any(unit => view.Record.Units.ContainsKey(unit.ToString())) || Objection(view, service) is not { } why)
        {
            await DefineAsync(service, session, cancellation);
            return;
        }

        // Under another name it is known already, with all that counts; if that one is let go of everywhere, it goes on under this.
        var renamed = await ledger.AskAsync(new Wish.Define(service.Policy, Epoch.None) { Units = Claims(service.Name, service.Units) }, session, cancellation);
        if (renamed == WishAnswer.Done)
        {
            log.LogInformation("service {Service} has the units of one that no node has in its configuration any more: it goes on from there", service.Name);
        }
        else
        {
            Tell(service.Name, why);
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
        var answer = await ledger.AskAsync(new Wish.Define(service.Policy, start) { Units = Claims(service.Name, service.Units) }, session, cancellation);
        if (answer == WishAnswer.Refused)
        {
            Tell(service.Name, "the cluster store did not take it; it is tried again");
            return;
        }

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

    // What this node's own records say of each unit.
    private ImmutableArray<UnitClaim> Claims(string service, IEnumerable<UnitId> units) => [.. units.Select(unit => Claim(service, unit))];

    private UnitClaim Claim(string service, UnitId unit) =>
        new(unit, world.Registry.Find(unit) is { } record && record.Writer == world.Self && world.Tenures.IsNewest(record, service) ? record.Epoch : null);

    /// <summary>Why the units cannot all be the service's; null: they can.</summary>
    public string? Objection(ClusterView view, RunnableService service) =>
        service.Units.Select(unit => Objection(view, service.Name, unit)).FirstOrDefault(why => why is not null);

    // What a store has forgotten of a unit only this node may know, and an operator ends it.
    private string? Objection(ClusterView view, string service, UnitId unit) =>
        UnitRules.Objection(view.Record, service, Claim(service, unit)) is not { } why ? null
            : view.Record.Units.ContainsKey(unit.ToString()) || world.Tenures.Stored(unit) is not { Beyond: not null } place ? why
            : $"unit {unit} may have been written by another until epoch {place.Since}, which the cluster store has forgotten. Write it where it was written last; "
                + $"if that data is lost, and what {world.Self} has is to count: nodeagent service forget {unit}";

    /// <summary>
    /// Why a service that runs cannot be had as it is configured now. Asked of the store at this moment: what was seen of it last may be from
    /// before it could. A store that does not answer is a reason, too. Null: it can.
    /// </summary>
    public async Task<string?> ObjectionNowAsync(RunnableService service, CancellationToken cancellation)
    {
        var look = service.Units.Count == 0 ? default : await ledger.LookAsync(cancellation);
        var why = service.Units.Count == 0 ? null
            : look.IsOk ? Objection(look.Value, service) : $"the cluster store does not say whose its units are: {look.Fault.Why}";
        if (why is null)
        {
            asBefore.TryRemove(service.Name, out _);
        }
        else
        {
            asBefore[service.Name] = true;
        }

        return why;
    }

    /// <summary>
    /// Why the service is opened only in a later epoch than that: one of its units was written in a later one before it came into it, and the store
    /// gives the next one after that. Null: it is not.
    /// </summary>
    public async Task<string?> EarlyAsync(RunnableService service, Epoch epoch, CancellationToken cancellation) =>
        service.Units.Select(unit => Claim(service.Name, unit)).FirstOrDefault(claim => claim.Written > epoch) is { Written: { } written } late
            && await ledger.LookAsync(cancellation) is { IsOk: true, Value: { } now } && now.Record.Units.GetValueOrDefault(late.Unit.ToString()) is { } place
            && place.Service == service.Name && place.Since >= written
            ? $"unit {late.Unit}, which is new in service {service.Name}, was written in epoch {written}: the service begins anew in a later one than {epoch}" : null;

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
