using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Snapshots;

namespace NodeAgent.Plugins.CephBackend.Mirrors;

/// <summary>Units whose images rbd-mirror carries to another cluster, by snapshots.</summary>
internal sealed class CephMirrors(UnitGate gate, MirrorReader reader, MirrorSnapshots snapshots) : ISiteMirrors
{
    /// <inheritdoc/>
    public Task<Outcome<SiteSight>> ReadSitesAsync(UnitId? unit, CancellationToken cancellation)
    {
        const string What = "cannot look at mirrors";
        return unit is { } one && gate.Check(one) is { } wrong
            ? Task.FromResult(new Outcome<SiteSight>(wrong))
            : gate.LookAsync(What, connection => reader.Read(connection, unit?.Name) is var read && read.IsOk && unit is { } asked && read.Value.Units.Count == 0 ? UnitGate.Absent(asked, What) : read, cancellation);
    }

    /// <inheritdoc/>
    public Task<Outcome<SitePlan>> PlanSiteAsync(SiteOrder order, CancellationToken cancellation)
    {
        var what = $"cannot plan for the mirror of {order.Unit}";
        return gate.LookAsync(order.Unit, what, (connection, entries) => Plan(connection, entries, order, what), cancellation);
    }

    /// <inheritdoc/>
    public async Task<Outcome> ApplySiteAsync(SitePlan plan, CancellationToken cancellation)
    {
        var what = $"cannot change the mirror of {plan.Order.Unit}";
        var done = await gate.ChangeAsync(
            plan.Order.Unit, what, (connection, entries) => new MirrorChange(gate, reader, snapshots, plan, what).Run(connection, entries), cancellation, isLong: true);
        return done.WithoutValue();
    }

    private Outcome<SitePlan> Plan(Connection connection, UnitEntries entries, SiteOrder order, string what)
    {
        var sight = reader.Read(connection, order.Unit.Name);
        return !sight.IsOk ? sight.Fault
            : sight.Value.Units.Count == 0 ? UnitGate.Absent(order.Unit, what)
            : new MirrorPlanning(order, sight.Value, sight.Value.Units[0], gate.Context.Node, Rollbacks.Unfinished(entries.Unit?.Record.RollingBack, what)).Run();
    }
}
