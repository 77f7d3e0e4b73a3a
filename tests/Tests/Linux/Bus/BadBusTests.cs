using NodeAgent.Contract;
using NodeAgent.Linux.Bus;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Linux.Bus;

[TestClass]
public sealed class BadBusTests : IAsyncDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);

    private FakeBus fake = null!;
    private SystemBus bus = null!;
    private SystemdUnits units = null!;

    [TestInitialize]
    public async Task StartAsync()
    {
        if (FakeBus.Missing is { } missing)
        {
            Assert.Inconclusive(missing);
        }

        fake = await FakeBus.StartAsync();
        bus = new SystemBus(TimeProvider.System, fake.Address);
        units = new SystemdUnits(bus);
    }

    public async ValueTask DisposeAsync()
    {
        bus?.Dispose();
        if (fake is not null)
        {
            await fake.DisposeAsync();
        }
    }

    [TestMethod]
    public async Task No_answer_is_a_timeout_that_says_to_look() =>
        AssertFault(FaultCode.TimedOut, Retry.AfterLook, await units.StartAsync("silent.service", Short, default));

    [TestMethod]
    public async Task A_job_whose_end_nobody_tells_is_a_timeout() =>
        AssertFault(FaultCode.TimedOut, Retry.AfterLook, await units.StartAsync("forgotten.service", Short, default));

    [TestMethod]
    public async Task A_job_that_ends_before_it_is_answered_is_not_missed() =>
        Assert.IsTrue((await units.StartAsync("early.service", Long, default)).IsOk);

    [TestMethod]
    public async Task A_refusal_keeps_its_meaning()
    {
        AssertFault(FaultCode.PermissionDenied, Retry.AfterFix, await units.StartAsync("denied.service", Long, default));
        AssertFault(FaultCode.Unsupported, Retry.AfterFix, await units.FreezeAsync("denied.service", Long, default));
    }

    [TestMethod]
    public async Task A_result_that_nobody_knows_is_no_success() =>
        AssertFault(FaultCode.PreconditionFailed, Retry.AfterFix, await units.StartAsync("odd.service", Long, default));

    [TestMethod]
    public async Task An_answer_of_the_wrong_type_is_told_as_that() =>
        AssertFault(FaultCode.Unparseable, Retry.AfterLook, (await units.StateAsync("any.service", Long, default)).WithoutValue());

    [TestMethod]
    public async Task A_systemd_that_dies_in_the_middle_may_have_done_it() =>
        AssertFault(FaultCode.TimedOut, Retry.AfterLook, await units.StartAsync("dying.service", Long, default));

    [TestMethod]
    public async Task A_bus_that_dies_ends_open_calls_and_those_after_it()
    {
        var open = units.StartAsync("forgotten.service", Long, default);
        var delay = (await ShutdownDelay.TakeAsync(bus, "because", Long, default)).Value;
        await fake.EndAsync();
        var ended = (await open).Fault!;
        Assert.IsTrue(ended.Code is FaultCode.ControlPlaneUnavailable or FaultCode.TimedOut, ended.ToString());
        Assert.AreEqual(Retry.AfterLook, ended.Retry);
        Assert.AreEqual(FaultCode.ControlPlaneUnavailable, (await delay.Lost).Code);
        AssertFault(FaultCode.ControlPlaneUnavailable, Retry.AfterLook, await units.StartAsync("early.service", Long, default));
        delay.Dispose();
    }

    [TestMethod]
    public async Task A_bus_that_comes_back_is_used_again()
    {
        using var other = new SystemBus(TimeProvider.System, "unix:path=/nonexistent/socket");
        AssertFault(FaultCode.ControlPlaneUnavailable, Retry.AfterLook, await new SystemdUnits(other).StartAsync("early.service", Long, default));
        Assert.IsTrue((await units.StartAsync("early.service", Long, default)).IsOk);
        bus.Connection().Dispose();
        _ = await bus.Connection().Lost;
        Assert.IsTrue((await units.StartAsync("early.service", Long, default)).IsOk);
    }

    [TestMethod]
    public async Task A_bus_that_was_disposed_is_a_fault_not_a_crash()
    {
        bus.Dispose();
        Assert.AreEqual(FaultCode.ControlPlaneUnavailable, (await units.StartAsync("early.service", Long, default)).Fault?.Code);
    }

    [TestMethod]
    public async Task A_shutdown_is_held_back_until_it_was_heard_and_the_delay_is_given_up()
    {
        var delay = (await ShutdownDelay.TakeAsync(bus, "demotes first", Long, default)).Value;
        Assert.AreEqual("shutdown nodeagent demotes first delay", await File.ReadAllTextAsync(fake["inhibited"]));
        Assert.IsFalse(delay.ShutdownBegan.IsCompleted);
        var begin = new BusCall("org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "Begin");
        Assert.IsTrue((await bus.CallAsync(begin, static _ => true, Long, default)).IsOk);
        await delay.ShutdownBegan.WaitAsync(Long);
        Assert.IsFalse(File.Exists(fake["released"]));
        delay.Dispose();
        await Until.TrueAsync(() => File.Exists(fake["released"]));
    }

    private static void AssertFault(FaultCode code, Retry retry, Outcome outcome)
    {
        Assert.AreEqual((code, retry), (outcome.Fault?.Code, outcome.Fault?.Retry), outcome.Fault?.ToString());
        Assert.IsFalse(string.IsNullOrWhiteSpace(outcome.Fault!.Why));
    }
}
