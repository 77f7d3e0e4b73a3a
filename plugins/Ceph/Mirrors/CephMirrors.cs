using NodeAgent.Contract;

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
    public async Task<Outcome<SitePlan>> PlanSiteAsync(SiteOrder order, CancellationToken cancellation)
    {
        var sight = await ReadSitesAsync(order.Unit, cancellation);
        return sight.Map(seen => new MirrorPlanning(order, seen, seen.Units[0], gate.Context.Node).Run());
    }

    /// <inheritdoc/>
    public async Task<Outcome> ApplySiteAsync(SitePlan plan, CancellationToken cancellation)
    {
        var what = $"cannot change the mirror of {plan.Order.Unit}";
        var done = await gate.ChangeAsync(
            plan.Order.Unit, what, (connection, entries) => new MirrorChange(gate, reader, snapshots, plan, what).Run(connection, entries), cancellation, isLong: true);
        return done.WithoutValue();
    }
}
