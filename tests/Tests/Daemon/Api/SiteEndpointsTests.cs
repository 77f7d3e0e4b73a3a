using NodeAgent.Contract;
using NodeAgent.Daemon.Api;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Tests.Daemon.Api;

[TestClass]
public sealed class SiteEndpointsTests
{
    private static readonly UnitId Unit = new(new BackendId("ceph"), "db");

    [TestMethod]
    public async Task A_unit_of_no_service_is_closed_before_it_is_given_away_and_not_given_away_if_that_fails()
    {
        await using var backend = new Backend("ceph");
        var sites = Sites(backend);
        var plan = await sites.PlanAsync(new SiteMessage("db", SiteAction.Demote, null), default);
        Assert.IsTrue(plan.Value.Plan.Order.IsClosedFirst);
        Assert.AreEqual("", string.Join(' ', backend.Done));
        Assert.IsTrue((await sites.ApplyAsync(new SiteMessage("db", SiteAction.Demote, "print"), default)).Value.IsDone);
        Assert.AreEqual("close Demote", string.Join(' ', backend.Done));

        backend.Done.Clear();
        backend.InUse = new Fault(FaultCode.InUse, "cannot close", "a stream is open", "Stop it.", Retry.AfterFix);
        Assert.AreEqual(FaultCode.InUse, (await sites.ApplyAsync(new SiteMessage("ceph:db", SiteAction.Demote, "print"), default)).Fault?.Code);
        Assert.IsEmpty(backend.Done);
    }

    [TestMethod]
    public async Task Only_the_plan_that_somebody_saw_is_done_and_nothing_that_has_a_blocker()
    {
        await using var backend = new Backend("ceph");
        Assert.AreEqual(FaultCode.PreconditionFailed, (await Sites(backend).ApplyAsync(new SiteMessage("db", SiteAction.Resync, "of before"), default)).Fault?.Code);
        Assert.AreEqual(FaultCode.PreconditionFailed, (await Sites(backend).ApplyAsync(new SiteMessage("db", SiteAction.Resync, null), default)).Fault?.Code);
        backend.Blockers = ["Something is in the way."];
        Assert.AreEqual("Something is in the way.", (await Sites(backend).ApplyAsync(new SiteMessage("db", SiteAction.Resync, "print"), default)).Fault?.Why);
        Assert.IsEmpty(backend.Done);
    }

    [TestMethod]
    public async Task A_unit_is_found_by_its_name_where_one_backend_has_it_and_one_that_cannot_be_asked_is_told()
    {
        await using var backend = new Backend("ceph");
        Assert.AreEqual(FaultCode.NotFound, (await Sites(backend).ReadAsync("other", default)).Fault?.Code);
        Assert.AreEqual(FaultCode.NotFound, (await Sites().ReadAsync("", default)).Fault?.Code);
        Assert.AreEqual(Unit, (await Sites(backend, new Backend("cold")).ReadAsync("ceph:db", default)).Value.Single().Sight!.Units.Single().Unit);
        Assert.IsFalse((await Sites(backend, new Backend("cold")).ReadAsync("db", default)).IsOk, "both have one");
        var mute = new Backend("far") { Mute = new Fault(FaultCode.TimedOut, "cannot look", "no answer came", "Look.", Retry.Later) };
        var all = (await Sites(backend, mute).ReadAsync("", default)).Value;
        Assert.AreEqual(("ceph", "far"), (all[0].Backend.Value, all[1].Backend.Value));
        StringAssert.Contains(all[1].Fault, "no answer came");
        Assert.AreEqual(FaultCode.TimedOut, (await Sites(mute).ReadAsync("db", default)).Fault?.Code);
    }

    private static SiteEndpoints Sites(params Backend[] backends) => new(new UnitWorld(
        new NodeId("n1"), null!, null!, null!, () => backends.ToDictionary(one => one.Id, IBackend (one) => one), () => [], () => null!, _ => { }));

    private sealed class Backend(string id) : IBackend, ISiteMirrors, IRoles
    {
        public BackendId Id => new(id);

        public List<string> Done { get; } = [];

        public IReadOnlyList<string> Blockers { get; set; } = [];

        public Fault? InUse { get; set; }

        public Fault? Mute { get; init; }

        public BackendDescription Describe() => new("ceph", Capabilities.None, FenceStrength.StorageExcludes);

        public Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public T? Ability<T>()
            where T : class => this as T;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public Task<Outcome<SiteSight>> ReadSitesAsync(UnitId? unit, CancellationToken cancellation) => Task.FromResult<Outcome<SiteSight>>(
            Mute is not null ? Mute
            : unit is { Name: not "db" } ? new Fault(FaultCode.NotFound, "cannot look", "no such unit", "", Retry.Never)
            : new SiteSight("a", IsOn: true, TimeSpan.Zero) { Units = [new UnitMirror(new UnitId(Id, "db"), [])] });

        public Task<Outcome<SitePlan>> PlanSiteAsync(SiteOrder order, CancellationToken cancellation) =>
            Task.FromResult<Outcome<SitePlan>>(new SitePlan(order, ["a step"], [], [], Blockers, "print"));

        public Task<Outcome> ApplySiteAsync(SitePlan plan, CancellationToken cancellation)
        {
            Done.Add(plan.Order.Action.ToString());
            return Task.FromResult(Outcome.Done);
        }

        public Task<Outcome<RoleReport>> DemoteAsync(UnitId unit, IProgress<OperationProgress>? progress, CancellationToken cancellation)
        {
            if (InUse is null)
            {
                Done.Add("close");
            }

            return Task.FromResult<Outcome<RoleReport>>(InUse is { } fault ? fault : new RoleReport(unit, Role.Reader, Epoch.None, "closed"));
        }

        public Task<Outcome<RoleReport>> GetRoleAsync(UnitId unit, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<Outcome<PromotePlan>> PlanPromoteAsync(UnitId unit, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<Outcome<RoleReport>> PromoteAsync(WriteGrant grant, IProgress<OperationProgress>? progress, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
