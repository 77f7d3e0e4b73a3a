using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins;
using NodeAgent.Daemon.Plugins.Guarding;
using NodeAgent.Daemon.Plugins.Loading;
using NodeAgent.Daemon.Plugins.Manifests;
using NodeAgent.Daemon.Status;
using NodeAgent.Tests.Daemon.Plugins.Loading;
using NodeAgent.Tests.Daemon.Plugins.Yard;

namespace NodeAgent.Tests.Daemon.Plugins;

[TestClass]
public sealed class PluginHostTests
{
    private static readonly BackendId Tank = new("tank");

    private static readonly VolumeId Volume = new(new UnitId(Tank, "u"), "v");

    [TestMethod]
    public async Task A_backend_goes_through_its_states_in_order()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture());
        await (await yard.StartAsync()).DisposeAsync();
        var states = yard.Observer.States.Where(s => s.Subject == "backend tank").Select(s => s.To).ToArray();
        CollectionAssert.AreEqual(
            new[] { PluginState.Starting, PluginState.Ready, PluginState.Stopping, PluginState.Stopped }, states);
        var plugin = yard.Observer.States.Where(s => s.Subject == "plugin fixture").Select(s => s.To).ToArray();
        CollectionAssert.AreEqual(
            new[] { PluginState.Verified, PluginState.Starting, PluginState.Ready, PluginState.Stopping, PluginState.Stopped }, plugin);
    }

    [TestMethod]
    public async Task Stopping_proves_the_unloading()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture());
        await (await yard.StartAsync()).DisposeAsync();
        Assert.IsTrue(yard.Observer.Unloads.Single().IsProven);
    }

    [TestMethod]
    public async Task Stopping_proves_the_unloading_though_the_agent_listened_for_hints_until_then()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture
        {
            BackendBase = ", IStorageEvents",
            BackendMembers = "public async IAsyncEnumerable<StorageEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellation) { await Say(Until<bool>(cancellation)); yield break; }",
        });
        await ListenAndStopAsync(yard);
        var unload = yard.Observer.Unloads.Single();
        Assert.IsTrue(unload.IsProven, $"{unload}");
        Assert.IsEmpty(yard.Observer.Misbehaviours);
    }

    private static Fault? Nothing(BackendId backend) => null;

    // As the agent stops: whoever listens is asked to end and waited for, then plugins are unloaded.
    private static async Task ListenAndStopAsync(PluginYard yard)
    {
        var host = await yard.StartAsync();
        using var watch = new BackendWatch(yard.Time, TimeSpan.FromSeconds(30));
        using var stopping = new CancellationTokenSource();
        var watching = watch.RunAsync(() => new Dictionary<BackendId, IBackend> { [Tank] = host.Backend(Tank)! }, stopping.Token);
        await yard.Log.LineAsync();
        await stopping.CancelAsync();
        await watching;
        await host.DisposeAsync();
    }

    [TestMethod]
    public async Task A_plugin_that_is_not_installed_is_named_with_what_is()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture());
        await using var host = await yard.StartAsync("ceph");
        var report = host.Backends[0];
        Assert.AreEqual(PluginState.Stopped, report.State);
        Assert.Contains("there: fixture", report.Reason);
        Assert.IsNull(host.Backend(Tank)!.Ability<IVolumes>());
        Assert.AreEqual(Capabilities.None, host.Backend(Tank)!.Describe().Capabilities);
        Assert.IsFalse((await host.Backend(Tank)!.ProbeAsync(CancellationToken.None)).IsOk);
    }

    [TestMethod]
    [DataRow(false, PluginState.Stopped)]
    [DataRow(true, PluginState.Ready)]
    public async Task A_plugin_on_trial_starts_only_where_that_is_accepted(bool isAccepted, PluginState expected)
    {
        using var yard = new PluginYard();
        PluginYard.WriteManifest(yard.Install(new Fixture()), trial: "no real drives");
        await using var host = yard.Host();

        await host.StartAsync([PluginYard.Tank() with { AcceptsTrial = isAccepted }], CancellationToken.None);

        Assert.AreEqual((expected, "no real drives"), (host.Backends[0].State, host.Plugins[0].Trial), host.Backends[0].Reason);
        Assert.AreEqual(isAccepted, host.Backend(Tank)!.Ability<IVolumes>() is not null);
        if (!isAccepted)
        {
            Assert.AreEqual(
                "cannot start backend tank: plugin fixture is on trial: no real drives. If you want to try it all the same, set 'accept_trial: true' at backend tank, and keep copies elsewhere of what you give it.",
                host.Backends[0].Reason);
        }
    }

    [TestMethod]
    public async Task All_wrong_options_are_told_at_once()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture
        {
            Options = "[new BackendOption(\"path\", \"Where.\", true, _ => null), new BackendOption(\"size\", \"How big.\", false, _ => \"is no size\")]",
        });
        await using var host = await yard.StartAsync("fixture", ("size", "x"), ("colour", "red"));
        var reason = host.Backends[0].Reason;
        Assert.Contains("'path' is missing", reason);
        Assert.Contains("'size': is no size", reason);
        Assert.Contains("no option 'colour'", reason);
    }

    [TestMethod]
    [DataRow("throw new InvalidOperationException(\"no luck\")", "exception")]
    [DataRow("new Outcome<IBackend>((IBackend)null!)", "nothing")]
    [DataRow("new Outcome<IBackend>(new Fault(FaultCode.InvalidArgument, \"w\", \"the folder is gone\", \"n\", Retry.Never))", "the folder is gone")]
    public async Task A_backend_that_cannot_be_made_stops_only_itself(string create, string reason)
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture { Create = create }, "bad");
        yard.Install(new Fixture(), "good");
        await using var host = yard.Host();
        await host.StartAsync(
            [PluginYard.Tank("bad"), PluginYard.Tank("good") with { Id = new BackendId("other") }], CancellationToken.None);
        Assert.AreEqual(PluginState.Ready, host.Backends[0].State);
        Assert.AreEqual(PluginState.Stopped, host.Backends[1].State);
        Assert.Contains(reason, host.Backends[1].Reason);
    }

    [TestMethod]
    public async Task A_state_folder_of_its_own_is_made_for_each_backend_with_mode_0700()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture());
        await using var host = await yard.StartAsync();
        var folder = Path.Combine(yard.State, "backends", "tank");
        Assert.AreEqual(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
    }

    [TestMethod]
    public async Task The_newest_version_wins()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture { Version = "1.9.0" });
        yard.Install(new Fixture { Version = "1.10.0" });
        await using var host = await yard.StartAsync();
        Assert.AreEqual("1.10.0", await VersionAsync(host));
        CollectionAssert.AreEqual(new[] { "1.10.0", "1.9.0" }, host.Plugins[0].Installed.ToArray());
    }

    [TestMethod]
    public async Task A_newest_version_that_cannot_be_loaded_leaves_the_older_one_working_and_is_told()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture { Version = "1.0.0" });
        yard.Install(new Fixture { Version = "2.0.0" }, contract: "9.0");
        await using var host = await yard.StartAsync();
        Assert.AreEqual("1.0.0", await VersionAsync(host));
        Assert.IsTrue(host.Plugins[0].Verdicts["2.0.0"].Any(verdict => verdict is { Passed: false, Stage: LoadStage.Contract }));
    }

    [TestMethod]
    public async Task A_version_is_switched_under_callers_and_the_old_one_is_gone()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture { Version = "1.0.0" });
        await using var host = await yard.StartAsync();
        var backend = host.Backend(Tank)!;
        var volumes = backend.Ability<IVolumes>()!;
        yard.Install(new Fixture { Version = "1.1.0" });
        var outcome = await host.SwitchAsync("fixture", PluginVersion.TryParse("1.1.0")!, Nothing, CancellationToken.None);
        Assert.IsTrue(outcome.IsOk, outcome.Fault?.ToString());
        Assert.AreEqual("1.1.0", await VersionAsync(host));
        Assert.AreSame(backend, host.Backend(Tank));
        Assert.IsTrue((await volumes.GetAsync(Volume, CancellationToken.None)).IsOk);
        var unload = yard.Observer.Unloads.Single();
        Assert.AreEqual("1.0.0", unload.Version);
        Assert.IsTrue(unload.IsProven);
    }

    [TestMethod]
    public async Task A_rollback_is_remembered_over_a_restart_until_the_newest_is_chosen_again()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture { Version = "1.0.0" });
        yard.Install(new Fixture { Version = "1.1.0" });
        await using (var host = await yard.StartAsync())
        {
            Assert.AreEqual("1.1.0", await VersionAsync(host));
            Assert.IsTrue((await host.SwitchAsync("fixture", PluginVersion.TryParse("1.0.0")!, Nothing, CancellationToken.None)).IsOk);
            Assert.AreEqual("1.0.0", await VersionAsync(host));
        }

        await using var again = await yard.StartAsync();
        Assert.AreEqual("1.0.0", await VersionAsync(again));
        Assert.AreEqual("1.0.0", again.Plugins[0].Chosen);
        await again.SwitchAsync("fixture", PluginVersion.TryParse("1.1.0")!, Nothing, CancellationToken.None);
        Assert.IsNull(again.Plugins[0].Chosen);
    }

    [TestMethod]
    [DataRow("probe")]
    [DataRow("ability")]
    [DataRow("contract")]
    [DataRow("constructor")]
    public async Task A_version_that_is_worse_leaves_the_old_one_running(string kind)
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture { Version = "1.0.0" });
        await using var host = await yard.StartAsync();
        var next = new Fixture { Version = "2.0.0" };
        yard.Install(
            kind switch
            {
                "probe" => next with { Probe = "throw new InvalidOperationException(\"sick\")" },
                "ability" => next with { Create = "new Outcome<IBackend>(new Less())", Types = Less },
                "constructor" => next with { FactoryMembers = "public Factory() => throw new InvalidOperationException(\"no\");" },
                _ => next,
            },
            contract: kind == "contract" ? "2.0" : "1.0");
        var outcome = await host.SwitchAsync("fixture", PluginVersion.TryParse("2.0.0")!, Nothing, CancellationToken.None);
        Assert.IsFalse(outcome.IsOk);
        Assert.Contains("cannot switch plugin fixture to 2.0.0", outcome.Fault.What);
        Assert.AreEqual("1.0.0", await VersionAsync(host));
    }

    [TestMethod]
    public async Task A_switch_waits_for_running_calls_and_gives_up_at_its_deadline()
    {
        using var yard = new PluginYard { Policy = new GuardPolicy { DrainDeadline = TimeSpan.FromSeconds(5) } };
        yard.Install(new Fixture { Version = "1.0.0", Get = "Say(Until<Volume>(cancellation))" });
        await using var host = await yard.StartAsync();
        var call = host.Backend(Tank)!.Ability<IVolumes>()!.GetAsync(Volume, CancellationToken.None);
        await yard.Log.LineAsync();
        yard.Install(new Fixture { Version = "1.1.0" });
        var outcome = await yard.RunAsync(
            host.SwitchAsync("fixture", PluginVersion.TryParse("1.1.0")!, Nothing, CancellationToken.None), yard.Policy.DrainDeadline);
        Assert.AreEqual(FaultCode.Busy, outcome.Fault!.Code);
        Assert.Contains("tank (1)", outcome.Fault.Why);
        Assert.AreEqual("1.0.0", await VersionAsync(host));
        Assert.AreEqual(FaultCode.TimedOut, (await yard.RunAsync(call)).Fault!.Code);
    }

    [TestMethod]
    public async Task Calls_that_come_during_a_switch_are_answered_by_the_new_version()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture { Version = "1.0.0" });
        await using var host = await yard.StartAsync();
        var volumes = host.Backend(Tank)!.Ability<IVolumes>()!;
        var calls = Enumerable.Range(0, 50).Select(_ => Task.Run(() => volumes.ListAsync(CancellationToken.None))).ToArray();
        yard.Install(new Fixture { Version = "1.1.0" });
        Assert.IsTrue((await host.SwitchAsync("fixture", PluginVersion.TryParse("1.1.0")!, Nothing, CancellationToken.None)).IsOk);
        Assert.IsTrue((await Task.WhenAll(calls)).All(outcome => outcome.IsOk || outcome.Fault.Code == FaultCode.Busy));
        Assert.AreEqual("1.1.0", await VersionAsync(host));
    }

    [TestMethod]
    public async Task Watchers_let_go_at_a_switch()
    {
        using var yard = new PluginYard();
        var fixture = new Fixture
        {
            BackendBase = ", IStorageEvents",
            BackendMembers = "public async IAsyncEnumerable<StorageEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellation) { await Say(Until<bool>(cancellation)); yield break; }",
        };
        yard.Install(fixture);
        await using var host = await yard.StartAsync();
        var watching = CountAsync(host.Backend(Tank)!.Ability<IStorageEvents>()!);
        await yard.Log.LineAsync();
        yard.Install(fixture with { Version = "1.1.0" });
        Assert.IsTrue((await host.SwitchAsync("fixture", PluginVersion.TryParse("1.1.0")!, Nothing, CancellationToken.None)).IsOk);
        Assert.AreEqual(0, await watching);
        Assert.IsEmpty(yard.Observer.Misbehaviours);
    }

    [TestMethod]
    public async Task Files_overwritten_while_loaded_do_not_reach_the_running_version()
    {
        using var yard = new PluginYard();
        var path = yard.Install(
            new Fixture { Get = "Good(new Volume(volume, VolumeKind.Block, 1, null, Lib.Thing.Version()))" },
            files: [("Lib.dll", FailingLoadTests.Lib("1.0.0.0"))]);
        await using var host = await yard.StartAsync();
        foreach (var file in Directory.EnumerateFiles(path, "*.dll").ToList())
        {
            File.WriteAllText(file + ".new", "not an assembly");
            File.Move(file + ".new", file, overwrite: true);
        }

        var outcome = await host.Backend(Tank)!.Ability<IVolumes>()!.GetAsync(Volume, CancellationToken.None);
        Assert.AreEqual("1.0.0.0", outcome.Value.Path);
    }

    [TestMethod]
    public async Task Stopping_twice_is_done_and_calls_afterwards_are_refused()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture());
        await using var host = await yard.StartAsync();
        var volumes = host.Backend(Tank)!.Ability<IVolumes>()!;
        await host.StopAsync(CancellationToken.None);
        await host.StopAsync(CancellationToken.None);
        Assert.AreEqual(FaultCode.ControlPlaneUnavailable, (await volumes.ListAsync(CancellationToken.None)).Fault!.Code);
        Assert.IsTrue((await host.RestartAsync(Tank, CancellationToken.None)).IsOk);
        Assert.IsTrue((await volumes.ListAsync(CancellationToken.None)).IsOk);
    }

    [TestMethod]
    public async Task A_plugin_that_throws_or_hangs_when_disposed_does_not_stop_the_stopping()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture { Dispose = "new ValueTask(new TaskCompletionSource().Task)" }, "hangs");
        yard.Install(new Fixture { Dispose = "throw new InvalidOperationException(\"no\")" }, "throws");
        var host = yard.Host();
        await host.StartAsync(
            [PluginYard.Tank("hangs"), PluginYard.Tank("throws") with { Id = new BackendId("other") }], CancellationToken.None);
        await yard.RunAsync(StopAsync(host));
        Assert.IsTrue(host.Backends.All(backend => backend.State == PluginState.Stopped));
        Assert.HasCount(2, yard.Observer.Misbehaviours);
    }

    private const string Less = """
        public sealed class Less : IBackend
        {
            public BackendDescription Describe() => new("fixture", Capabilities.None, FenceStrength.NodeFenceRequired);
            public Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation) => Task.FromResult(new Outcome<BackendHealth>(new BackendHealth(HealthLevel.Ok, "", [])));
            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
        """;

    private static async Task<bool> StopAsync(PluginHost host)
    {
        await host.StopAsync(CancellationToken.None);
        return true;
    }

    private static async Task<int> CountAsync(IStorageEvents events)
    {
        var count = 0;
        await foreach (var one in events.WatchAsync(CancellationToken.None))
        {
            count++;
        }

        return count;
    }

    private static async Task<string> VersionAsync(PluginHost host) =>
        (await host.Backend(Tank)!.ProbeAsync(CancellationToken.None)).Value.Version;
}
