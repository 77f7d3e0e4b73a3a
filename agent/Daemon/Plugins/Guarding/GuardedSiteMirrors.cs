using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Guarding;

internal sealed class GuardedSiteMirrors(CallSupervisor calls) : ISiteMirrors
{
    public Task<Outcome<SiteSight>> ReadSitesAsync(UnitId? unit, CancellationToken cancellation) =>
        calls.RunAsync<ISiteMirrors, SiteSight>(
            GuardedCall.Read("sites.read", "look at the mirrors of other sites"), async (sites, stop) => Copy(await sites.ReadSitesAsync(unit, stop)), cancellation);

    public Task<Outcome<SitePlan>> PlanSiteAsync(SiteOrder order, CancellationToken cancellation) =>
        calls.RunAsync<ISiteMirrors, SitePlan>(
            GuardedCall.Read("sites.plan", $"plan the mirror of {order.Unit}"), async (sites, stop) => Copy(await sites.PlanSiteAsync(order, stop)), cancellation);

    public Task<Outcome> ApplySiteAsync(SitePlan plan, CancellationToken cancellation) =>
        calls.RunAsync<ISiteMirrors>(
            GuardedCall.Change("sites.apply", $"change the mirror of {plan.Order.Unit}", plan.Order.Unit), (sites, stop) => sites.ApplySiteAsync(plan, stop), cancellation);

    // Enumerating a plugin's lists runs its code.
    private static Outcome<SiteSight> Copy(Outcome<SiteSight> sight) => sight.Map(read => read with
    {
        Peers = [.. read.Peers],
        Daemons = read.Daemons is null ? null : [.. read.Daemons.Select(daemon => daemon with { Remarks = [.. daemon.Remarks] })],
        Units = [.. read.Units.Select(unit => unit with { Volumes = [.. unit.Volumes.Select(volume => volume with { Voices = [.. volume.Voices] })] })],
    });

    private static Outcome<SitePlan> Copy(Outcome<SitePlan> plan) => plan.Map(made => made with
    {
        Steps = [.. made.Steps], Losses = [.. made.Losses], Warnings = [.. made.Warnings], Blockers = [.. made.Blockers],
    });
}
