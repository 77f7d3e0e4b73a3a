using NodeAgent.Contract;
using NodeAgent.Linux.Bus;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Linux.Bus;

[TestClass]
[DoNotParallelize]
public sealed class SystemdUnitsTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    private static Outcome<BootedSystemd> machine;

    private readonly SystemBus bus;
    private readonly SystemdUnits units;

    public SystemdUnitsTests()
    {
        if (!machine.IsOk)
        {
            Assert.Inconclusive(machine.Fault.ToString());
        }

        bus = new SystemBus(TimeProvider.System, machine.Value.Address);
        units = new SystemdUnits(bus);
    }

    [ClassInitialize]
    public static async Task BootAsync(TestContext context)
    {
        machine = BootedSystemd.Missing is { } missing
            ? new Fault(FaultCode.NotFound, "no systemd to test with", missing, "", Retry.AfterFix)
            : await BootedSystemd.BootAsync();
        if (!machine.IsOk)
        {
            return;
        }

        Service("sleeper", "ExecStart=/bin/sleep 1000");
        Service("refuser", "Type=notify\nExecStart=/bin/false");
        Service("slowstart", "Type=oneshot\nExecStart=/bin/sleep 1000\nTimeoutStartSec=infinity");
        Service("deaf", "ExecStart=/bin/sh -c 'trap \"\" TERM; touch /run/deaf-ready; while :; do sleep 1; done'\nTimeoutStopSec=600");
        Service("leaver", "KillMode=none\nExecStart=/bin/sh -c 'sleep 1000 & exec sleep 1000'\nExecStop=/bin/kill $MAINPID");
        Service("counter", "ExecStart=/bin/sh -c 'while :; do echo x >> /run/count; sleep 0.01; done'");
        Service("phoenix", "ExecStart=/bin/sleep 1000\nRestart=always\nRestartSec=0");
        Service("asserting", "ExecStart=/bin/sleep 1000", "AssertPathExists=/no/such/path");
    }

    [ClassCleanup]
    public static async Task EndAsync()
    {
        if (machine.IsOk)
        {
            await machine.Value.DisposeAsync();
        }
    }

    public void Dispose() => bus?.Dispose();

    [TestMethod]
    public async Task A_unit_starts_is_seen_running_and_stops_with_nothing_left_however_often()
    {
        for (var round = 0; round < 3; round++)
        {
            Ok(await units.StartAsync("sleeper.service", Long, default));
            Ok(await units.StartAsync("sleeper.service", Long, default));
            var state = await units.StateAsync("sleeper.service", Long, default);
            Assert.AreEqual("active running success running", $"{state.Value.Active} {state.Value.Sub} {state.Value.Result} {state.Value.Freezer}");
            Assert.HasCount(1, (await units.ProcessesAsync("sleeper.service", Long, default)).Value);
            Ok(await units.StopAsync("sleeper.service", TimeSpan.FromSeconds(5), Long, default));
            Ok(await units.StopAsync("sleeper.service", TimeSpan.FromSeconds(5), Long, default));
            Assert.IsTrue((await units.StateAsync("sleeper.service", Long, default)).Value.IsDown);
        }
    }

    [TestMethod]
    public async Task A_restart_gives_another_process()
    {
        Ok(await units.StartAsync("sleeper.service", Long, default));
        var before = (await units.ProcessesAsync("sleeper.service", Long, default)).Value.Single().Pid;
        Ok(await units.RestartAsync("sleeper.service", Long, default));
        Assert.AreNotEqual(before, (await units.ProcessesAsync("sleeper.service", Long, default)).Value.Single().Pid);
        Ok(await units.StopAsync("sleeper.service", TimeSpan.Zero, Long, default));
    }

    [TestMethod]
    public async Task A_unit_that_fails_to_start_says_so_with_the_jobs_result()
    {
        var fault = (await units.StartAsync("refuser.service", Long, default)).Fault!;
        Assert.AreEqual(FaultCode.PreconditionFailed, fault.Code, fault.ToString());
        Assert.AreEqual("failed", fault.Facts["jobResult"]);
        var state = (await units.StateAsync("refuser.service", Long, default)).Value;
        Assert.AreEqual("failed", state.Active);
        Ok(await units.StopAsync("refuser.service", TimeSpan.FromSeconds(5), Long, default));
        Ok(await units.ResetFailedAsync("refuser.service", Long, default));
        Assert.AreEqual("inactive", (await units.StateAsync("refuser.service", Long, default)).Value.Active);
    }

    [TestMethod]
    public async Task An_assertion_that_does_not_hold_is_a_fault_of_the_start()
    {
        var fault = (await units.StartAsync("asserting.service", Long, default)).Fault!;
        Assert.AreEqual(FaultCode.PreconditionFailed, fault.Code, fault.ToString());
        Assert.AreEqual("assert", fault.Facts["jobResult"]);
    }

    [TestMethod]
    public async Task A_start_that_takes_too_long_timed_out_and_the_unit_can_be_killed()
    {
        var fault = (await units.StartAsync("slowstart.service", TimeSpan.FromMilliseconds(300), default)).Fault!;
        Assert.AreEqual(FaultCode.TimedOut, fault.Code, fault.ToString());
        Assert.AreEqual(Retry.AfterLook, fault.Retry);
        Assert.AreEqual("activating", (await units.StateAsync("slowstart.service", Long, default)).Value.Active);
        Ok(await units.StopAsync("slowstart.service", TimeSpan.Zero, Long, default));
    }

    [TestMethod]
    public async Task A_job_that_another_one_replaces_says_so()
    {
        var starting = units.StartAsync("slowstart.service", Long, default);
        await UntilAsync("slowstart.service", state => state.Active == "activating");
        Ok(await units.StopAsync("slowstart.service", TimeSpan.FromSeconds(10), Long, default));
        var fault = (await starting).Fault!;
        Assert.AreEqual(FaultCode.Busy, fault.Code, fault.ToString());
    }

    [TestMethod]
    public async Task A_unit_that_ignores_being_told_to_stop_is_killed_before_the_deadline()
    {
        Ok(await units.StartAsync("deaf.service", Long, default));
        await Until.TrueAsync(() => File.Exists(machine.Value.In("/run/deaf-ready")));
        Ok(await units.StopAsync("deaf.service", TimeSpan.FromMilliseconds(200), Long, default));
        Assert.IsTrue((await units.StateAsync("deaf.service", Long, default)).Value.IsDown);
    }

    [TestMethod]
    public async Task Processes_that_a_stopped_unit_leaves_behind_are_found_and_killed()
    {
        Ok(await units.StartAsync("leaver.service", Long, default));
        await UntilProcessesAsync("leaver.service", 2);
        Ok(await units.StopAsync("leaver.service", TimeSpan.FromSeconds(5), Long, default));
        var left = await units.ProcessesAsync("leaver.service", Long, default);
        Assert.IsTrue(left.Fault is { Code: FaultCode.NotFound } || left.Value.Count == 0);
    }

    [TestMethod]
    public async Task A_frozen_unit_stands_still_and_goes_on_when_it_is_thawed()
    {
        Ok(await units.StartAsync("counter.service", Long, default));
        var file = machine.Value.In("/run/count");
        await Until.TrueAsync(() => File.Exists(file));
        Ok(await units.FreezeAsync("counter.service", Long, default));
        Ok(await units.FreezeAsync("counter.service", Long, default));
        Assert.IsTrue((await units.StateAsync("counter.service", Long, default)).Value.IsFrozen);
        var length = new FileInfo(file).Length;
        await Task.Delay(100);
        Assert.AreEqual(length, new FileInfo(file).Length);
        Ok(await units.ThawAsync("counter.service", Long, default));
        Ok(await units.ThawAsync("counter.service", Long, default));
        await Until.TrueAsync(() => new FileInfo(file).Length > length);
        Ok(await units.StopAsync("counter.service", TimeSpan.FromSeconds(5), Long, default));
    }

    [TestMethod]
    public async Task A_frozen_unit_that_is_killed_never_runs_again()
    {
        Ok(await units.StartAsync("counter.service", Long, default));
        var file = machine.Value.In("/run/count");
        await Until.TrueAsync(() => File.Exists(file));
        Ok(await units.FreezeAsync("counter.service", Long, default));
        var length = new FileInfo(file).Length;
        Ok(await units.StopAsync("counter.service", TimeSpan.Zero, Long, default));
        Assert.AreEqual(length, new FileInfo(file).Length);
    }

    [TestMethod]
    public async Task A_unit_that_systemd_restarts_at_once_stays_stopped()
    {
        Ok(await units.StartAsync("phoenix.service", Long, default));
        Ok(await units.StopAsync("phoenix.service", TimeSpan.Zero, Long, default));
        await Task.Delay(200);
        Assert.IsTrue((await units.StateAsync("phoenix.service", Long, default)).Value.IsDown);
    }

    [TestMethod]
    public async Task A_unit_that_does_not_exist_cannot_start_and_need_not_stop()
    {
        Assert.IsTrue((await units.StateAsync("nothing.service", Long, default)).Value.IsMissing);
        Assert.AreEqual(FaultCode.NotFound, (await units.StartAsync("nothing.service", Long, default)).Fault?.Code);
        Ok(await units.StopAsync("nothing.service", TimeSpan.FromSeconds(5), Long, default));
        Assert.IsNotNull((await units.FreezeAsync("nothing.service", Long, default)).Fault);
    }

    [TestMethod]
    [DataRow("no type")]
    [DataRow("nul\0.service")]
    [DataRow("")]
    public async Task A_name_that_cannot_be_is_a_fault_and_the_bus_goes_on(string name)
    {
        var fault = (await units.StartAsync(name, Long, default)).Fault;
        Assert.AreEqual(FaultCode.InvalidArgument, fault?.Code, fault?.ToString());
        Assert.IsTrue((await units.StateAsync("sleeper.service", Long, default)).IsOk);
    }

    [TestMethod]
    public async Task Changes_of_a_unit_are_heard()
    {
        _ = await units.ResetFailedAsync("sleeper.service", Long, default);
        using var over = new CancellationTokenSource();
        var seen = new List<string>();
        var watching = Task.Run(async () =>
        {
            await foreach (var state in units.WatchAsync("sleeper.service", Long, over.Token))
            {
                lock (seen)
                {
                    seen.Add(state.Value.Active);
                }
            }
        });
        await Until.TrueAsync(() => Has(seen, "inactive"));
        Ok(await units.StartAsync("sleeper.service", Long, default));
        await Until.TrueAsync(() => Has(seen, "active"));
        Ok(await units.KillAsync("sleeper.service", 9, Long, default));
        await Until.TrueAsync(() => Has(seen, "failed"));
        await over.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => watching);
        Ok(await units.ResetFailedAsync("sleeper.service", Long, default));
    }

    [TestMethod]
    public async Task A_caller_that_gives_up_is_told_and_nobody_else_is_disturbed()
    {
        using var over = new CancellationTokenSource();
        var starting = units.StartAsync("slowstart.service", Long, over.Token);
        await UntilAsync("slowstart.service", state => state.Active == "activating");
        await over.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => starting);
        Ok(await units.StopAsync("slowstart.service", TimeSpan.Zero, Long, default));
    }

    [TestMethod]
    public async Task Fifty_calls_at_once_are_all_answered()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => units.StateAsync("dbus.service", Long, default)));
        Assert.IsTrue(answers.All(answer => answer.Value.Active == "active"));
    }

    private static bool Has(List<string> seen, string wanted)
    {
        lock (seen)
        {
            return seen.Contains(wanted);
        }
    }

    private static void Service(string name, string lines, string unitLines = "") => machine.Value.Unit(
        $"{name}.service", $"[Unit]\nDefaultDependencies=no\nStartLimitIntervalSec=0\n{unitLines}\n[Service]\n{lines}\n");

    private static void Ok(Outcome outcome) => Assert.IsTrue(outcome.IsOk, outcome.Fault?.ToString());

    private async Task UntilAsync(string unit, Func<UnitState, bool> wanted)
    {
        for (var tries = 0; !wanted((await units.StateAsync(unit, Long, default)).Value); tries++)
        {
            Assert.IsLessThan(2000, tries, "waited in vain");
            await Task.Delay(5);
        }
    }

    private async Task UntilProcessesAsync(string unit, int count)
    {
        for (var tries = 0; (await units.ProcessesAsync(unit, Long, default)).Value.Count != count; tries++)
        {
            Assert.IsLessThan(2000, tries, "waited in vain");
            await Task.Delay(5);
        }
    }
}
