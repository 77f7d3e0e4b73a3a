using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins;
using NodeAgent.Daemon.Plugins.Guarding;
using NodeAgent.Daemon.Plugins.Quarantines;
using NodeAgent.Tests.Daemon.Plugins.Yard;

namespace NodeAgent.Tests.Daemon.Plugins.Quarantines;

[TestClass]
public sealed class QuarantineTests
{
    private static readonly BackendId Tank = new("tank");

    private static readonly UnitId Unit = new(Tank, "u");

    private const string Keep = "public Task<Outcome> KeepAsync(CancellationToken cancellation) { context.Log.Write(Severity.Information, \"looked after\"); return Task.FromResult(Outcome.Done); }";

    internal static readonly Fixture Crashes = new()
    {
        Get = "throw new InvalidOperationException(\"broken\")",
        BackendBase = ", IRoles, IUpkeep",
        BackendMembers = """
            public Task<Outcome> KeepAsync(CancellationToken cancellation) { context.Log.Write(Severity.Information, "looked after"); return Task.FromResult(Outcome.Done); }
            public Task<Outcome<IReadOnlyList<UpkeepReport>>> ReadReportsAsync(CancellationToken cancellation) => Good<IReadOnlyList<UpkeepReport>>([]);
            public Task<Outcome<RoleReport>> GetRoleAsync(UnitId unit, CancellationToken cancellation) => Good(new RoleReport(unit, Role.Writer, Epoch.None, ""));
            public Task<Outcome<PromotePlan>> PlanPromoteAsync(UnitId unit, CancellationToken cancellation) => throw new NotSupportedException();
            public Task<Outcome<RoleReport>> PromoteAsync(WriteGrant grant, IProgress<OperationProgress>? progress, CancellationToken cancellation) => Good(new RoleReport(grant.Unit, Role.Writer, grant.Epoch, ""));
            public Task<Outcome<RoleReport>> DemoteAsync(UnitId unit, IProgress<OperationProgress>? progress, CancellationToken cancellation) { context.Log.Write(Severity.Information, "demoted"); return Good(new RoleReport(unit, Role.Reader, new Epoch(3), "")); }
            """,
    };

    [TestMethod]
    public async Task Five_crashes_in_the_window_bring_quarantine_with_reason_and_end()
    {
        using var yard = new PluginYard();
        yard.Install(Crashes);
        await using var host = await yard.StartAsync();
        await CrashAsync(host, 4);
        Assert.AreEqual(PluginState.Degraded, host.Backends[0].State);
        await CrashAsync(host, 1);
        var report = host.Backends[0];
        Assert.AreEqual(PluginState.Quarantined, report.State);
        Assert.Contains("broken", report.Quarantine!.Reason);
        Assert.AreEqual(yard.Time.GetUtcNow() + yard.Policy.FirstQuarantine, report.Quarantine.Until);
        var outcome = await host.Backend(Tank)!.Ability<IVolumes>()!.ListAsync(CancellationToken.None);
        Assert.AreEqual(FaultCode.ControlPlaneUnavailable, outcome.Fault!.Code);
        Assert.Contains("nodeagent plugin release tank", outcome.Fault.NextStep);
    }

    [TestMethod]
    public async Task Crashes_far_apart_do_not_bring_quarantine_and_good_behaviour_heals()
    {
        using var yard = new PluginYard();
        yard.Install(Crashes);
        await using var host = await yard.StartAsync();
        for (var round = 0; round < 10; round++)
        {
            await CrashAsync(host, 1);
            yard.Time.Advance(yard.Policy.Window / 3);
        }

        Assert.AreEqual(PluginState.Degraded, host.Backends[0].State);
        yard.Time.Advance(yard.Policy.Window * 2);
        await host.ReviewAsync(CancellationToken.None);
        Assert.AreEqual(PluginState.Ready, host.Backends[0].State);
    }

    [TestMethod]
    public async Task Three_hangs_bring_quarantine()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture { Get = "Never<Volume>()" });
        await using var host = await yard.StartAsync();
        for (var round = 0; round < 3; round++)
        {
            await yard.RunAsync(host.Backend(Tank)!.Ability<IVolumes>()!.GetAsync(new VolumeId(Unit, "v"), CancellationToken.None));
        }

        Assert.AreEqual(PluginState.Quarantined, host.Backends[0].State);
        Assert.Contains("does not answer", host.Backends[0].Reason);
    }

    [TestMethod]
    public async Task A_unit_can_still_be_demoted_in_quarantine_and_not_be_promoted()
    {
        using var yard = new PluginYard();
        yard.Install(Crashes);
        await using var host = await yard.StartAsync();
        await CrashAsync(host, 5);
        var roles = host.Backend(Tank)!.Ability<IRoles>()!;
        Assert.AreEqual(Role.Reader, (await roles.DemoteAsync(Unit, null, CancellationToken.None)).Value.Role);
        Assert.AreEqual(Role.Writer, (await roles.GetRoleAsync(Unit, CancellationToken.None)).Value.Role);
        var grant = new WriteGrant(Unit, new Epoch(1), new NodeId("n1"), Instant.Never);
        Assert.AreEqual(
            FaultCode.ControlPlaneUnavailable, (await roles.PromoteAsync(grant, null, CancellationToken.None)).Fault!.Code);
    }

    [TestMethod]
    public async Task A_writer_is_looked_after_in_quarantine_too_for_its_service_goes_on_writing()
    {
        using var yard = new PluginYard();
        yard.Install(Crashes);
        await using var host = await yard.StartAsync();
        await CrashAsync(host, 5);
        Assert.AreEqual(PluginState.Quarantined, host.Backends[0].State);

        var kept = await host.Backend(Tank)!.Ability<IUpkeep>()!.KeepAsync(CancellationToken.None);

        Assert.IsTrue(kept.IsOk, kept.Fault?.ToString());
    }

    [TestMethod]
    public async Task Quarantine_ends_by_itself_and_the_next_one_is_twice_as_long()
    {
        using var yard = new PluginYard();
        yard.Install(Crashes);
        await using var host = await yard.StartAsync();
        await CrashAsync(host, 5);
        yard.Time.Advance(yard.Policy.FirstQuarantine - TimeSpan.FromSeconds(1));
        await host.ReviewAsync(CancellationToken.None);
        Assert.AreEqual(PluginState.Quarantined, host.Backends[0].State);
        yard.Time.Advance(TimeSpan.FromSeconds(1));
        await host.ReviewAsync(CancellationToken.None);
        Assert.AreEqual(PluginState.Ready, host.Backends[0].State);
        await CrashAsync(host, 5);
        var second = host.Backends[0].Quarantine!;
        Assert.AreEqual(2 * yard.Policy.FirstQuarantine, second.Until - second.Since);
        Assert.AreEqual(2, second.Count);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task When_quarantine_ends_the_old_object_goes_only_after_what_runs_in_it()
    {
        using var yard = Yard();
        yard.Install(Crashes with
        {
            BackendMembers = Crashes.BackendMembers.Replace(Keep, "public Task<Outcome> KeepAsync(CancellationToken cancellation) => HangAsync();", StringComparison.Ordinal)
                .Replace("Good(new RoleReport(unit, Role.Writer", "End(new RoleReport(unit, Role.Writer", StringComparison.Ordinal) + """
                private readonly TaskCompletionSource gate = new();
                private bool gone;
                private async Task<Outcome> HangAsync() { context.Log.Write(Severity.Debug, "entered"); await gate.Task; return gone ? throw new ObjectDisposedException("gate") : Outcome.Done; }
                private Task<Outcome<RoleReport>> End(RoleReport role) { gate.TrySetResult(); return Good(role); }
                private ValueTask Go() { gone = true; return ValueTask.CompletedTask; }
                """,
            Dispose = "Go()",
        });
        await using var host = await yard.StartAsync();
        await CrashAsync(host, 5);
        var keeping = host.Backend(Tank)!.Ability<IUpkeep>()!.KeepAsync(CancellationToken.None);
        await yard.Log.LineAsync();

        Assert.AreEqual(PluginState.Quarantined, (await ReviewAsync(yard, host)).State);
        Assert.Contains("calls of before still run (1)", host.Backends[0].Reason);
        var roles = host.Backend(Tank)!.Ability<IRoles>()!;
        Assert.IsTrue((await roles.DemoteAsync(Unit, null, CancellationToken.None)).IsOk, "a writer can be closed meanwhile");

        await roles.GetRoleAsync(Unit, CancellationToken.None);
        var kept = await keeping;
        Assert.IsTrue(kept.IsOk, kept.Fault?.ToString());
        await host.ReviewAsync(CancellationToken.None);
        Assert.AreEqual(PluginState.Ready, host.Backends[0].State);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task When_quarantine_ends_streams_of_the_old_object_end_for_the_next_one_does_not_know_them()
    {
        using var yard = Yard();
        yard.Install(new Fixture
        {
            Get = "throw new InvalidOperationException(\"broken\")",
            BackendBase = ", IReplicationStreams",
            BackendMembers = """
                public string Format => "f";
                public Task<Outcome<long>> SendAsync(StreamStep step, Stream output, IProgress<OperationProgress>? progress, CancellationToken cancellation) => throw new NotSupportedException();
                public Task<Outcome<CopyHistory>> ReadHistoryAsync(UnitId unit, CancellationToken cancellation) => throw new NotSupportedException();
                public Task<Outcome<IReadOnlyList<UnitChange>>> ReadChangesAsync(IReadOnlyList<UnitId> units, CancellationToken cancellation) => throw new NotSupportedException();
                public Task<Outcome<StreamEstimate>> EstimateAsync(StreamStep step, CancellationToken cancellation) => throw new NotSupportedException();
                public Task<Outcome<Receipt>> ReceiveAsync(StreamStep step, Stream input, IProgress<OperationProgress>? progress, CancellationToken cancellation) => Say(Until<Receipt>(cancellation));
                public Task<Outcome> DiscardPartialAsync(VolumeId volume, CancellationToken cancellation) => throw new NotSupportedException();
                public Task<Outcome> AnchorAsync(SnapshotId snapshot, NodeId peer, CancellationToken cancellation) => throw new NotSupportedException();
                public Task<Outcome> ForgetAnchorAsync(UnitId unit, NodeId peer, CancellationToken cancellation) => throw new NotSupportedException();
                """,
        });
        await using var host = await yard.StartAsync();
        var step = new StreamStep(new VolumeId(Unit, "v"), null, new HistoryPoint("s", "g", 1, default, false), null, Epoch.None);
        var receiving = host.Backend(Tank)!.Ability<IReplicationStreams>()!.ReceiveAsync(step, Stream.Null, null, CancellationToken.None);
        await yard.Log.LineAsync();
        await CrashAsync(host, 5);
        yard.Time.Advance(yard.Policy.FirstQuarantine);

        await host.ReviewAsync(CancellationToken.None);
        Assert.AreEqual(PluginState.Ready, host.Backends[0].State);
        var received = await receiving.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.AreEqual((FaultCode.Busy, Retry.Later), (received.Fault?.Code, received.Fault?.Retry));
    }

    [TestMethod]
    public async Task An_operator_can_release_it()
    {
        using var yard = new PluginYard();
        yard.Install(Crashes);
        await using var host = await yard.StartAsync();
        await CrashAsync(host, 5);
        Assert.IsTrue((await host.ReleaseAsync("tank", CancellationToken.None)).IsOk);
        Assert.AreEqual(PluginState.Ready, host.Backends[0].State);
        Assert.AreEqual(FaultCode.NotFound, (await host.ReleaseAsync("tank", CancellationToken.None)).Fault!.Code);
    }

    [TestMethod]
    public async Task Quarantine_outlives_a_restart_and_the_plugin_is_loaded_only_for_what_goes_on_in_it()
    {
        using var yard = new PluginYard();
        yard.Install(Crashes);
        await using (var host = await yard.StartAsync())
        {
            await CrashAsync(host, 5);
        }

        await using var again = await yard.StartAsync();
        Assert.AreEqual(PluginState.Quarantined, again.Backends[0].State);
        Assert.AreEqual(FaultCode.ControlPlaneUnavailable, (await again.Backend(Tank)!.Ability<IVolumes>()!.ListAsync(CancellationToken.None)).Fault!.Code);
        Assert.IsTrue((await again.Backend(Tank)!.Ability<IUpkeep>()!.KeepAsync(CancellationToken.None)).IsOk);
        yard.Time.Advance(yard.Policy.FirstQuarantine);
        await again.ReviewAsync(CancellationToken.None);
        Assert.AreEqual(PluginState.Ready, again.Backends[0].State);
    }

    [TestMethod]
    public async Task A_plugin_that_kills_the_process_twice_while_starting_is_quarantined()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture());
        Book(yard).Starting("fixture");
        Book(yard).Starting("fixture");
        await using var host = await yard.StartAsync();
        Assert.AreEqual(PluginState.Quarantined, host.Plugins[0].State);
        Assert.Contains("process died 2 times", host.Plugins[0].Reason);
        Assert.AreEqual(PluginState.Quarantined, host.Backends[0].State);
        Assert.IsTrue((await host.ReleaseAsync("fixture", CancellationToken.None)).IsOk);
        Assert.AreEqual(PluginState.Ready, host.Backends[0].State);
    }

    [TestMethod]
    public async Task One_death_while_starting_is_forgiven()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture());
        Book(yard).Starting("fixture");
        await using var host = await yard.StartAsync();
        Assert.AreEqual(PluginState.Ready, host.Plugins[0].State);
        Assert.AreEqual(0, Book(yard).Starting("other"));
    }

    [TestMethod]
    [DataRow("{")]
    [DataRow("null")]
    [DataRow("{\"quarantines\":null}")]
    [DataRow("{\"quarantines\":{\"backend tank\":null}}")]
    [DataRow("[1]")]
    public void A_damaged_book_is_told_kept_aside_and_stops_nothing(string content)
    {
        using var yard = new PluginYard();
        Directory.CreateDirectory(yard.State);
        var path = Path.Combine(yard.State, "plugins.json");
        File.WriteAllText(path, content);
        var book = Book(yard);
        Assert.Contains("damaged", book.Damage!);
        Assert.IsTrue(File.Exists(path + ".damaged"));
        Assert.IsNull(book.Find(PluginSubject.Backend(Tank)));
    }

    [TestMethod]
    public void A_quarantine_is_never_longer_than_the_longest()
    {
        using var yard = new PluginYard();
        var book = Book(yard);
        Quarantine last = null!;
        for (var round = 0; round < 30; round++)
        {
            last = book.Add(PluginSubject.Backend(Tank), "again");
        }

        Assert.AreEqual(yard.Policy.LongestQuarantine, last.Until - last.Since);
    }

    private static PluginYard Yard() => new() { Policy = new GuardPolicy { FirstQuarantine = TimeSpan.FromMinutes(1) } };

    /// <summary>The review after the quarantine; the clock moves as far as it waits for running calls.</summary>
    private static async Task<BackendReport> ReviewAsync(PluginYard yard, PluginHost host)
    {
        yard.Time.Advance(yard.Policy.FirstQuarantine);
        async Task<bool> Run()
        {
            await host.ReviewAsync(CancellationToken.None);
            return true;
        }

        await yard.RunAsync(Run(), yard.Policy.LaneWait);
        return host.Backends[0];
    }

    private static QuarantineBook Book(PluginYard yard) => new(
        Path.Combine(yard.State, "plugins.json"), yard.Time, yard.Policy.FirstQuarantine, yard.Policy.LongestQuarantine);

    internal static async Task CrashAsync(PluginHost host, int times)
    {
        for (var time = 0; time < times; time++)
        {
            await host.Backend(Tank)!.Ability<IVolumes>()!.GetAsync(new VolumeId(Unit, "v"), CancellationToken.None);
        }
    }
}
