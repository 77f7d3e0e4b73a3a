using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Failover.Services;
using NodeAgent.Daemon.Units;
using NodeAgent.Linux.Services;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover.Services;

/// <summary>A service that stands still under a lease that is held answers nobody, and nobody takes it over.</summary>
[TestClass]
public sealed class ServiceMonitorTests
{
    private static readonly ServicePolicy Policy = new("web", [new NodeId("n1")]);
    private readonly ManualTimeProvider time = new();
    private readonly StillPart part = new();
    private readonly StillPart agent = new() { CanFreeze = false };
    private readonly List<NodeInput> answers = [];
    private string? unsuited;

    [TestMethod]
    [DataRow("Running")]
    [DataRow("Starting")]
    [DataRow("Preparing")]
    public async Task What_stands_still_is_thawed_until_it_goes_on(string phase)
    {
        part.Refuses = 2;
        part.Freeze();

        await LookAsync(Of(Enum.Parse<LocalPhase>(phase)), times: 5);
        Assert.AreEqual((false, 3), (part.IsFrozen, part.Thaws), "twice its freeze was still in progress; what runs is left alone");

        // One that was pending ends after the thaw that should have undone it.
        part.Freeze();
        await LookAsync(Of(Enum.Parse<LocalPhase>(phase)), times: 1);
        Assert.IsFalse(part.IsFrozen);
        Assert.IsEmpty(answers, "to stand still is no failure");
    }

    [TestMethod]
    public async Task What_an_operator_froze_stands_still_once_the_service_is_out_of_management()
    {
        part.Freeze();
        await LookAsync(Of(LocalPhase.Running, WantedState.Unmanaged), times: 3);
        Assert.AreEqual((true, 0), (part.IsFrozen, part.Thaws));
    }

    [TestMethod]
    public async Task A_resource_agent_is_not_asked_how_it_is_while_it_starts()
    {
        await LookAsync(Of(LocalPhase.Starting), times: 2);
        Assert.AreEqual((2, 0), (part.Looks, agent.Looks));
    }

    [TestMethod]
    public async Task Nothing_is_thawed_while_the_lease_is_not_held()
    {
        part.Freeze();
        await LookAsync(Of(LocalPhase.Running), times: 3, mayWrite: false);
        Assert.AreEqual((true, 0), (part.IsFrozen, part.Thaws));
    }

    [TestMethod]
    public async Task That_a_service_had_better_leave_is_told_and_that_it_need_not_any_more()
    {
        unsuited = "its disk has failed";
        await LookAsync(Of(LocalPhase.Running), times: 1);
        Assert.AreEqual(new NodeInput.Unsuited("web", new Epoch(1), "its disk has failed"), answers.Single());

        answers.Clear();
        await LookAsync(Of(LocalPhase.Running, unsuited: "its disk has failed"), times: 2);
        Assert.IsEmpty(answers, "that is known");

        unsuited = null;
        await LookAsync(Of(LocalPhase.Running, unsuited: "its disk has failed"), times: 1);
        Assert.AreEqual(new NodeInput.Unsuited("web", new Epoch(1), null), answers.Single());
    }

    private async Task LookAsync(NodeState state, int times, bool mayWrite = true)
    {
        var service = new RunnableService("web", [new UnitId(new BackendId("disks"), "web")], new ServiceParts([part, agent], time), TimeSpan.FromSeconds(30), Policy);
        var services = new Dictionary<string, RunnableService>(StringComparer.Ordinal) { ["web"] = service };
        using var freezer = new Freezer(new HeldServices(null, "boot", services), new Tenures([]), session => session == 7 && mayWrite, NullLogger.Instance);
        using var stopping = new CancellationTokenSource();
        var running = new ServiceMonitor(new HeldServices(null, "boot", services), _ => null, _ => unsuited, () => state, time).RunAsync(answers.Add, freezer, stopping.Token);
        for (var look = 0; look < times; look++)
        {
            time.Advance(TimeSpan.FromSeconds(2));
        }

        await stopping.CancelAsync();
        await running;
    }

    private static NodeState Of(LocalPhase phase, WantedState wanted = WantedState.Running, string? unsuited = null) => NodeState.Fresh with
    {
        Session = 7,
        Services = NodeState.Fresh.Services.Add("web", new LocalService(new Epoch(1), phase, new Instant(0)) { Unsuited = unsuited }),
        View = ClusterView.Empty with { Record = ClusterView.Empty.Record.With(new ServiceRecord(Policy) { Wanted = wanted }) },
    };
}
