using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Daemon.Failover.Services;
using NodeAgent.Daemon.Units;
using NodeAgent.Linux.Services;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover.Services;

[TestClass]
public sealed class HeldServicesTests
{
    private static readonly ManualTimeProvider Time = new();
    private static readonly UnitId Unit = new(new BackendId("dir"), "db");
    private readonly string folder = Path.Combine(Directory.CreateTempSubdirectory("nodeagent-held-").FullName, "held");
    private readonly CountedPart running = new();

    [TestCleanup]
    public void Cleanup() => Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);

    [TestMethod]
    public async Task A_service_that_the_new_configuration_does_not_have_is_stopped_before_it_is_called_closed()
    {
        await OpenAsync();

        using var next = Restarted([]);
        var promoted = await next.PromoteAsync();
        Assert.IsNotNull(promoted.Failure, "it is not configured here any more");
        Assert.AreEqual(1, running.Stops, promoted.Failure);
        Assert.IsEmpty(Directory.GetFiles(folder), "nothing of it is left");
        Assert.IsNull((await next.StopAsync()).Failure, "it is not known here any more, and does not run");
        Assert.IsNull((await next.CloseAsync()).Failure);
    }

    [TestMethod]
    public async Task What_was_changed_and_does_not_stop_is_not_called_stopped()
    {
        await OpenAsync();
        running.StopFault = new Fault(FaultCode.TimedOut, "cannot stop", "it does not end", "", Retry.Later);
        var other = new CountedPart();

        using var next = Restarted([Service(Config("other.service"), other)]);
        Assert.IsNotNull((await next.PromoteAsync()).Failure);
        Assert.IsNotNull((await next.StopAsync()).Failure, "it still runs as it was");
        Assert.HasCount(1, Directory.GetFiles(folder));
        Assert.AreEqual(0, other.Stops);
    }

    [TestMethod]
    public async Task Everything_is_let_go_of_as_it_was_opened_and_as_it_is_configured_now()
    {
        await OpenAsync();
        var other = new CountedPart { StopFault = new Fault(FaultCode.TimedOut, "cannot stop", "it does not end", "", Retry.Later) };

        using var next = Restarted([Service(Config("other.service"), other)]);
        await next.ReleaseAllAsync();
        Assert.IsInstanceOfType<NodeInput.ReleaseFailed>(next.Answers[^1], "what is configured now may run as well");
        Assert.HasCount(1, Directory.GetFiles(folder));
        other.StopFault = null;
        await next.ReleaseAllAsync();
        Assert.IsInstanceOfType<NodeInput.AllReleased>(next.Answers[^1]);
        Assert.AreEqual((2, 2, 0), (running.Stops, other.Stops, Directory.GetFiles(folder).Length));
    }

    [TestMethod]
    public async Task What_an_operator_looks_after_is_not_stopped_because_its_configuration_was_changed()
    {
        await OpenAsync();
        var other = new CountedPart();

        using var next = Restarted([Service(Config("other.service"), other)], WantedState.Unmanaged);
        Assert.IsNull((await next.PromoteAsync()).Failure);
        Assert.IsNull((await next.StartAsync()).Failure);
        Assert.AreEqual((0, 1, 0, 0), (running.Stops, running.Starts, other.Stops, other.Starts));
    }

    [TestMethod]
    public async Task A_service_whose_stop_fails_is_not_called_closed_by_what_does_not_know_it()
    {
        await OpenAsync();
        running.StopFault = new Fault(FaultCode.TimedOut, "cannot stop", "it does not end", "", Retry.Later);

        using var next = Restarted([]);
        await next.ReleaseAllAsync();
        Assert.IsInstanceOfType<NodeInput.ReleaseFailed>(next.Answers[^1], "what an earlier agent opened counts");
        Assert.HasCount(1, Directory.GetFiles(folder));
    }

    [TestMethod]
    public async Task Parts_that_were_changed_while_they_ran_are_stopped_as_they_were_and_then_started_as_they_are()
    {
        await OpenAsync();
        var other = new CountedPart();

        using var next = Restarted([Service(Config("other.service"), other)]);
        Assert.IsNull((await next.PromoteAsync()).Failure, "it stays here, and did not fail");
        Assert.AreEqual((1, 0, 0), (running.Stops, other.Stops, other.Starts));
        Assert.IsNull((await next.StartAsync()).Failure);
        Assert.AreEqual((1, 1), (running.Starts, other.Starts));
        Assert.Contains("other.service", await File.ReadAllTextAsync(Directory.GetFiles(folder).Single()));
    }

    [TestMethod]
    public async Task A_service_whose_new_unit_cannot_be_had_goes_on_as_it_was()
    {
        await OpenAsync();
        var other = new CountedPart();
        var config = Config("postgresql.service") with { Units = [Unit] };
        var record = ClusterRecord.Empty with { Units = ClusterRecord.Empty.Units.Add(Unit.ToString(), new UnitPlace("other", new Epoch(2))) };

        using var next = Restarted([Service(config, other)], stored: record);
        Assert.IsNull((await next.PromoteAsync()).Failure);
        Assert.IsNull((await next.StartAsync()).Failure);
        Assert.AreEqual((0, 2, 0), (running.Stops, running.Starts, other.Starts));

        using var freed = Restarted([Service(config, other)], stored: ClusterRecord.Empty.With(new ServiceRecord(new ServicePolicy("db", []))));
        Assert.AreEqual("n1 does not have service db any more", (await freed.PromoteAsync()).Failure, "the store is asked for the unit, whatever was seen of it before");
        Assert.AreEqual(1, running.Stops);
    }

    [TestMethod]
    public async Task The_same_service_goes_on_whatever_its_limits_are_now()
    {
        await OpenAsync();
        var config = Config("postgresql.service") with { RestartLimit = 9 };
        using var next = Restarted([Service(config, running)]);
        Assert.IsNull((await next.PromoteAsync()).Failure);
        Assert.AreEqual(0, running.Stops);
    }

    [TestMethod]
    public async Task What_ran_before_the_machine_was_booted_does_not_run()
    {
        await OpenAsync();
        var held = new HeldServices(folder, "another boot", new Dictionary<string, RunnableService>(StringComparer.Ordinal));
        Assert.IsTrue(held.Load(config => Service(config, running)).IsOk);
        Assert.IsNull(held.Find("db"));
        Assert.IsEmpty(Directory.GetFiles(folder));
    }

    [TestMethod]
    public async Task A_note_of_another_boot_keeps_no_agent_from_starting_whatever_it_says()
    {
        await OpenAsync();
        await File.WriteAllTextAsync(Path.Combine(folder, "db.json"), "{ \"boot\": \"another boot\", \"service\": { \"what\": \"a later agent knows\" } }");
        Restarted([]).Dispose();
        Assert.IsEmpty(Directory.GetFiles(folder));
    }

    [TestMethod]
    public async Task A_note_that_cannot_be_read_is_told_and_not_passed_over()
    {
        await OpenAsync();
        await File.WriteAllTextAsync(Path.Combine(folder, "db.json"), "{ \"boot\": 7 }");
        var held = new HeldServices(folder, "boot", new Dictionary<string, RunnableService>(StringComparer.Ordinal));
        var loaded = held.Load(config => Service(config, running));
        Assert.IsFalse(loaded.IsOk);
        Assert.Contains("db.json", loaded.Fault!.ToString());
        Assert.Contains("delete the file", loaded.Fault.NextStep);
    }

    [TestMethod]
    [DataRow(false, DisplayName = "a note that the disk does not give")]
    [DataRow(true, DisplayName = "a folder that is none")]
    public void Notes_that_the_disk_does_not_give_are_told_and_end_nothing_by_an_exception(bool isFolder)
    {
        if (isFolder)
        {
            File.WriteAllText(folder, "");
        }
        else
        {
            // It cannot be read, as on a disk that fails.
            Directory.CreateDirectory(folder);
            File.CreateSymbolicLink(Path.Combine(folder, "db.json"), Path.Combine(folder, "db.json"));
        }

        var loaded = new HeldServices(folder, "boot", new Dictionary<string, RunnableService>(StringComparer.Ordinal)).Load(config => Service(config, running));
        Assert.IsFalse(loaded.IsOk);
        Assert.Contains("cannot read the notes of services that were opened here", loaded.Fault!.ToString());
    }

    [TestMethod]
    public async Task What_is_opened_while_everything_is_let_go_of_is_let_go_of_too()
    {
        var slow = new CountedPart { Stopping = new TaskCompletionSource() };
        var web = new RunnableService("web", [], new ServiceParts([slow], Time), TimeSpan.FromSeconds(30), new ServicePolicy("web", []));
        using var agent = Restarted([web, Service(Config("postgresql.service"), running)]);
        var release = agent.ReleaseAllAsync();
        var before = running.Stops;
        Assert.IsNull((await agent.PromoteAsync()).Failure);
        slow.Stopping.SetResult();
        await release;
        Assert.IsGreaterThan(before, running.Stops, "it was opened after the look at it");
        Assert.IsInstanceOfType<NodeInput.AllReleased>(agent.Answers[^1]);
    }

    private async Task OpenAsync()
    {
        using var before = Restarted([Service(Config("postgresql.service"), running)]);
        Assert.IsNull((await before.PromoteAsync()).Failure);
        Assert.IsNull((await before.StartAsync()).Failure);
        Assert.HasCount(1, Directory.GetFiles(folder));
    }

    private TriedEffects Restarted(IReadOnlyList<RunnableService> configured, WantedState wanted = WantedState.Running, ClusterRecord? stored = null)
    {
        var services = configured.ToDictionary(service => service.Name, StringComparer.Ordinal);
        var held = new HeldServices(folder, "boot", services);
        Assert.IsTrue(held.Load(config => Service(config, running)).IsOk);
        return new TriedEffects(services, held, wanted, stored, Path.Combine(Path.GetDirectoryName(folder)!, "units"));
    }

    private static RunnableService Service(ServiceConfig config, IServicePart part) =>
        new(config.Name, config.Units, new ServiceParts([part], Time), TimeSpan.FromSeconds(30), new ServicePolicy(config.Name, [])) { Definition = config };

    private static ServiceConfig Config(string what) => new(
        "db", [], [new PartConfig("main", PartKind.Systemd, what, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(8), new Dictionary<string, string> { ["a"] = "b" })],
        [new NodeId("n1")], TimeSpan.FromMinutes(1), 3, 3, false, false, NodeStopPolicy.Move, [], []);

    private sealed class TriedEffects(IReadOnlyDictionary<string, RunnableService> services, HeldServices held, WantedState wanted, ClusterRecord? stored, string units) : IDisposable
    {
        private static readonly ServicePolicy Policy = new("db", [new NodeId("n1")]);

        private readonly ServiceEffects effects = new(
            services, held, null!, null!, new ServiceRelease(null!, held.Forget, Time), new ServiceDefinitions(
                services, new UnitWorld(new NodeId("n1"), UnitRegistry.Load(units).Value, null!, null!, null!, () => [], () => null!, _ => { }),
                new MuteLedger(_ => WishAnswer.Refused, () => ClusterView.Empty with { Record = stored ?? ClusterRecord.Empty }), Time, NullLogger.Instance), new Tenures([]),
            () => ClusterView.Empty with { Record = ClusterRecord.Empty.With(new ServiceRecord(Policy) { Wanted = wanted }) }, _ => true, NullLogger.Instance);

        public List<NodeInput> Answers { get; } = [];

        public async Task<NodeInput.Promoted> PromoteAsync()
        {
            await effects.PromoteAsync(new NodeEffect.Promote("db", new Epoch(1), 7), Answers.Add, CancellationToken.None);
            return (NodeInput.Promoted)Answers[^1];
        }

        public async Task<NodeInput.Started> StartAsync()
        {
            await effects.StartAsync(new NodeEffect.Start("db", new Epoch(1), 7), Answers.Add, CancellationToken.None);
            return (NodeInput.Started)Answers[^1];
        }

        public async Task<NodeInput.Stopped> StopAsync()
        {
            await effects.StopAsync(new NodeEffect.Stop("db", new Epoch(1), TimeSpan.FromSeconds(5)), Answers.Add, CancellationToken.None);
            return (NodeInput.Stopped)Answers[^1];
        }

        public async Task<NodeInput.Closed> CloseAsync()
        {
            await effects.CloseAsync(new NodeEffect.Close("db", new Epoch(1), null), Answers.Add, CancellationToken.None);
            return (NodeInput.Closed)Answers[^1];
        }

        public Task ReleaseAllAsync() => effects.ReleaseAllAsync(new NodeEffect.ReleaseAll("a test"), Answers.Add, CancellationToken.None);

        public void Dispose() => effects.Dispose();
    }

    private sealed class CountedPart : IServicePart
    {
        public string Name => "main";

        public int Starts { get; private set; }

        public int Stops { get; private set; }

        public Fault? StopFault { get; set; }

        public TaskCompletionSource? Stopping { get; init; }

        public Task<Outcome> StartAsync(PartStart start, TimeSpan deadline, CancellationToken cancellation)
        {
            Starts++;
            return Task.FromResult(Outcome.Done);
        }

        public async Task<Outcome> StopAsync(StopManner manner, TimeSpan deadline, CancellationToken cancellation)
        {
            Stops++;
            await (Stopping?.Task ?? Task.CompletedTask);
            return StopFault is null ? Outcome.Done : StopFault;
        }

        public Task<Outcome> FreezeAsync(TimeSpan deadline, CancellationToken cancellation) => Task.FromResult(Outcome.Done);

        public Task<Outcome> ThawAsync(TimeSpan deadline, CancellationToken cancellation) => Task.FromResult(Outcome.Done);

        public Task<PartSight> MonitorAsync(TimeSpan deadline, CancellationToken cancellation) => Task.FromResult(new PartSight(PartCondition.Running, "as it is"));
    }
}
