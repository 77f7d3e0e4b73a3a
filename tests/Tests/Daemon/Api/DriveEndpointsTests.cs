using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Daemon.Api;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Tests.Daemon.Api;

[TestClass]
public sealed class DriveEndpointsTests
{
    private static readonly DriveOrder Order = new("old", "new");
    private readonly Dictionary<BackendId, IBackend> backends = [];

    [TestMethod]
    public async Task A_backend_that_does_not_replace_drives_is_named_with_the_way_that_is_left()
    {
        backends[new BackendId("tank")] = new Backend(null);

        var plan = await Endpoints().PlanAsync(Order, default);

        Assert.AreEqual(FaultCode.Unsupported, plan.Fault?.Code);
        StringAssert.Contains(plan.Fault!.Why, "tank");
        StringAssert.Contains(plan.Fault.NextStep, "zpool replace");
    }

    [TestMethod]
    public async Task The_backend_that_knows_the_drive_is_asked_and_what_it_says_against_it_is_said()
    {
        backends[new BackendId("a")] = new Backend(new Drives(new Fault(FaultCode.NotFound, "", "not mine", "", Retry.Never)));
        backends[new BackendId("b")] = new Backend(new Drives(new DriveReplacementPlan(new NodeId("n1"), ["a step"], [], DriveReplacementStage.NotOrdered, "")));

        var report = await Endpoints().ReplaceAsync(Order, default);
        var other = await Endpoints().PlanAsync(Order with { Backend = "a" }, default);

        Assert.AreEqual(("b", true), (report.Value.Backend.Value, report.Value.IsOrdered));
        Assert.AreEqual("not mine", other.Fault?.Why);
    }

    [TestMethod]
    public async Task A_plan_orders_nothing()
    {
        var drives = new Drives(new DriveReplacementPlan(new NodeId("n1"), ["a step"], [], DriveReplacementStage.NotOrdered, ""));
        backends[new BackendId("b")] = new Backend(drives);

        var report = await Endpoints().PlanAsync(Order, default);

        Assert.IsFalse(report.Value.IsOrdered);
        Assert.AreEqual(0, drives.Orders);
    }

    private DriveEndpoints Endpoints() => new(
        new UnitWorld(new NodeId("n1"), null!, null!, null!, () => backends, () => [], () => null!, _ => { }), NullLogger.Instance);

    private sealed class Backend(IDriveReplacement? drives) : IBackend
    {
        public BackendDescription Describe() => new("x", Capabilities.None, FenceStrength.NodeFenceRequired);

        public Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public T? Ability<T>()
            where T : class => drives as T;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Drives(Outcome<DriveReplacementPlan> plan) : IDriveReplacement
    {
        public int Orders { get; private set; }

        public Task<Outcome<DriveReplacementPlan>> PlanReplacementAsync(DriveReplacement order, CancellationToken cancellation) => Task.FromResult(plan);

        public Task<Outcome> ReplaceAsync(DriveReplacement order, CancellationToken cancellation)
        {
            Orders++;
            return Task.FromResult(Outcome.Done);
        }
    }
}
