using NodeAgent.Contract;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Api;

/// <summary>Mirroring of units to other sites: how it is, and orders about it.</summary>
internal sealed class SiteEndpoints(UnitWorld world) : IApiEndpoints
{
    private const string Look = "See 'nodeagent ceph mirror status': is a backend of Ceph there, and the unit?";

    public void Map(ApiRoutes routes)
    {
        routes.Get("/v1/sites", context => ReadAsync(context.Request.Query["unit"].ToString(), context.RequestAborted));
        routes.Post<SiteMessage, SitePlanReport>("/v1/sites/plan", PlanAsync);
        routes.Post<SiteMessage, SitePlanReport>("/v1/sites/apply", ApplyAsync);
    }

    /// <summary>How mirroring is: of one unit, or of all if the text is empty.</summary>
    public async Task<Outcome<IReadOnlyList<BackendSites>>> ReadAsync(string unit, CancellationToken cancellation)
    {
        if (unit.Length > 0)
        {
            var found = await FindAsync(unit, cancellation);
            var sight = found.IsOk ? await found.Value.Sites.ReadSitesAsync(found.Value.Unit, cancellation) : found.Fault;
            return sight.Map<IReadOnlyList<BackendSites>>(seen => [new BackendSites(found.Value.Unit.Backend, seen, null)]);
        }

        var all = new List<BackendSites>();
        foreach (var (id, sites) in Able())
        {
            var sight = await sites.ReadSitesAsync(null, cancellation);
            all.Add(new BackendSites(id, sight.IsOk ? sight.Value : null, sight.Fault?.ToString()));
        }

        return all.Count > 0 ? all : NoneMirrors("cannot look at mirrors");
    }

    /// <summary>What an order would do.</summary>
    public async Task<Outcome<SitePlanReport>> PlanAsync(SiteMessage order, CancellationToken cancellation)
    {
        var found = await FindAsync(order.Unit, cancellation);
        if (!found.IsOk)
        {
            return found.Fault;
        }

        // What belongs to no service is opened and closed by this agent alone; a service is stopped by whoever wants it stopped.
        var closes = order.Action == SiteAction.Demote && world.Tenures.ServiceOf(found.Value.Unit) is null;
        var plan = await found.Value.Sites.PlanSiteAsync(new SiteOrder(found.Value.Unit, order.Action) { IsClosedFirst = closes }, cancellation);
        return plan.Map(made => new SitePlanReport(found.Value.Unit, made, IsDone: false));
    }

    /// <summary>Has an order done whose plan somebody agreed to.</summary>
    public async Task<Outcome<SitePlanReport>> ApplyAsync(SiteMessage order, CancellationToken cancellation)
    {
        var planned = await PlanAsync(order, cancellation);
        if (!planned.IsOk)
        {
            return planned;
        }

        var (unit, plan) = (planned.Value.Unit, planned.Value.Plan);
        if (plan.Fingerprint != order.Fingerprint || plan.Blockers.Count > 0)
        {
            return new Fault(
                FaultCode.PreconditionFailed, $"cannot change the mirror of {unit}",
                plan.Blockers.Count > 0 ? string.Join(' ', plan.Blockers) : "something has changed since the plan was shown", "Look at the plan again.", Retry.AfterLook);
        }

        var backend = world.Backends()[unit.Backend];
        if (plan.Order.IsClosedFirst && plan.Steps.Count > 0 && backend.Ability<IRoles>() is { } roles)
        {
            var closed = await roles.DemoteAsync(unit, null, cancellation);
            if (!closed.IsOk)
            {
                return closed.Fault;
            }
        }

        var done = backend.Ability<ISiteMirrors>() is { } sites ? await sites.ApplySiteAsync(plan, cancellation) : NoneMirrors($"cannot change the mirror of {unit}");
        done = done.IsOk && plan.Order.Action is (SiteAction.Promote or SiteAction.PromoteByForce) ? await OpenAsync(unit, backend, cancellation) : done;
        world.Changed(unit);
        return done.IsOk ? planned.Value with { IsDone = true } : done.Fault;
    }

    // Closed by this node's order, opened by this node's order. What a service has is opened when that is started.
    private async Task<Outcome> OpenAsync(UnitId unit, IBackend backend, CancellationToken cancellation)
    {
        if (world.Registry.Find(unit) is not { } record || record.Writer != world.Self || world.Tenures.ServiceOf(unit) is not null || backend.Ability<IRoles>() is not { } roles)
        {
            return Outcome.Done;
        }

        var grant = world.Tenures.Grant(record, world.Self);
        return grant.IsOk ? (await roles.PromoteAsync(grant.Value, null, cancellation)).WithoutValue() : grant.Fault;
    }

    // What came from another site has no record here: the backends are asked.
    private async Task<Outcome<(UnitId Unit, ISiteMirrors Sites)>> FindAsync(string text, CancellationToken cancellation)
    {
        var what = $"cannot find unit '{text}'";
        var (found, mute) = (new List<(UnitId, ISiteMirrors)>(), new List<Fault>());
        foreach (var (id, sites) in Able())
        {
            var prefix = id.Value + ":";
            var name = text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text;
            if (!Names.IsValid(name))
            {
                continue;
            }

            var read = await sites.ReadSitesAsync(new UnitId(id, name), cancellation);
            if (read.IsOk)
            {
                found.Add((new UnitId(id, name), sites));
            }
            else if (read.Fault.Code != FaultCode.NotFound)
            {
                mute.Add(read.Fault);
            }
        }

        return found switch
        {
            [var one] => one,
            [] => mute.FirstOrDefault() ?? new Fault(FaultCode.NotFound, what, "no backend that mirrors has a unit of that name", Look, Retry.Never),
            _ => UnitFaults.Ambiguous(text, found.Select(one => one.Item1)),
        };
    }

    private IEnumerable<(BackendId Id, ISiteMirrors Sites)> Able() =>
        from entry in world.Backends()
        let sites = entry.Value.Ability<ISiteMirrors>()
        where sites is not null
        orderby entry.Key.Value
        select (entry.Key, sites);

    private static Fault NoneMirrors(string what) => new(FaultCode.NotFound, what, "no backend that is ready mirrors to other sites", Look, Retry.Never);
}
