using NodeAgent.Contract;
using NodeAgent.Linux.Commands;
using NodeAgent.Linux.Services;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Linux.Services;

[TestClass]
public sealed class OcfPartTests : IDisposable
{
    private const string Metadata =
        "<?xml version=\"1.0\"?><!DOCTYPE resource-agent SYSTEM \"ra-api-1.dtd\"><resource-agent name=\"X\"><actions>"
        + "<action name=\"start\" timeout=\"20s\"/><action name=\"stop\" timeout=\"300ms\"/>"
        + "<action name=\"monitor\" timeout=\"10\"/><action name=\"monitor\" timeout=\"20\" depth=\"10\"/></actions></resource-agent>";

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public async Task The_real_dummy_agent_starts_is_seen_and_stops_however_often()
    {
        if (!File.Exists("/usr/lib/ocf/resource.d/heartbeat/Dummy"))
        {
            Assert.Inconclusive("ocf:heartbeat:Dummy is not installed (package resource-agents)");
        }

        var agent = new OcfAgent("heartbeat", "Dummy", "one", new Dictionary<string, string> { ["state"] = folder["state"] });
        var part = new OcfPart(new CommandRunner(new(), TimeProvider.System), TimeProvider.System, agent);
        await SeesAsync(part, PartCondition.Stopped);
        for (var round = 0; round < 2; round++)
        {
            Ok(await part.StartAsync(PartStart.Ordinary, Long, default));
            Ok(await part.StartAsync(PartStart.AfterFence, Long, default));
            await SeesAsync(part, PartCondition.Running);
            Assert.IsTrue(File.Exists(folder["state"]));
            Ok(await part.StopAsync(StopManner.Orderly, Long, default));
            Ok(await part.StopAsync(StopManner.Kill, Long, default));
            await SeesAsync(part, PartCondition.Stopped);
        }

        Assert.AreEqual(FaultCode.Unsupported, (await part.FreezeAsync(Long, default)).Fault?.Code);
        Ok(await part.ThawAsync(Long, default));
    }

    [TestMethod]
    [DataRow(0, PartCondition.Running)]
    [DataRow(1, PartCondition.Failed)]
    [DataRow(2, PartCondition.Unknown)]
    [DataRow(3, PartCondition.Unknown)]
    [DataRow(4, PartCondition.Unknown)]
    [DataRow(5, PartCondition.Unknown)]
    [DataRow(6, PartCondition.Unknown)]
    [DataRow(7, PartCondition.Stopped)]
    [DataRow(8, PartCondition.Running)]
    [DataRow(9, PartCondition.Failed)]
    [DataRow(10, PartCondition.Unknown)]
    [DataRow(127, PartCondition.Unknown)]
    [DataRow(137, PartCondition.Unknown)]
    public async Task Only_seven_means_stopped(int exit, PartCondition condition) =>
        await SeesAsync(Agent($"exit {exit}"), condition);

    [TestMethod]
    [DataRow(1, FaultCode.PreconditionFailed)]
    [DataRow(2, FaultCode.InvalidArgument)]
    [DataRow(3, FaultCode.Unsupported)]
    [DataRow(4, FaultCode.PermissionDenied)]
    [DataRow(5, FaultCode.NotFound)]
    [DataRow(6, FaultCode.InvalidArgument)]
    [DataRow(7, FaultCode.PreconditionFailed)]
    [DataRow(9, FaultCode.PreconditionFailed)]
    [DataRow(200, FaultCode.PreconditionFailed)]
    public async Task A_start_that_fails_keeps_its_meaning(int exit, FaultCode code) =>
        Assert.AreEqual(code, (await Agent($"[ $1 = start ] && exit {exit}; exit 7").StartAsync(PartStart.Ordinary, Long, default)).Fault?.Code);

    [TestMethod]
    public async Task A_start_that_says_success_and_does_not_run_is_caught()
    {
        var fault = (await Agent("[ $1 = monitor ] && exit 7; exit 0").StartAsync(PartStart.Ordinary, Long, default)).Fault!;
        StringAssert.Contains(fault.What, "did not stay up");
    }

    [TestMethod]
    [DataRow("[ $1 = monitor ] && exit 0; exit 0", "success")]
    [DataRow("[ $1 = monitor ] && exit 1; exit 1", "failure (1)")]
    [DataRow("[ $1 = stop ] && exec sleep 100; exit 0", "took longer")]
    [DataRow("[ $1 = stop ] && exit 0; kill -9 $$", "signal 9")]
    public async Task A_stop_that_the_monitor_does_not_bear_out_is_a_fault(string body, string why)
    {
        var fault = (await Agent(body).StopAsync(StopManner.Orderly, Long, default)).Fault!;
        Assert.AreEqual(FaultCode.TimedOut, fault.Code);
        StringAssert.Contains(fault.Why, why);
    }

    [TestMethod]
    public async Task A_stop_that_failed_but_worked_is_done() =>
        Ok(await Agent("[ $1 = monitor ] && exit 7; exit 1").StopAsync(StopManner.Orderly, Long, default));

    [TestMethod]
    public async Task An_action_may_take_what_its_metadata_says_and_the_callers_deadline_is_the_most()
    {
        var started = TimeProvider.System.GetTimestamp();
        _ = await Agent("[ $1 = stop ] && exec sleep 100; exit 0").StopAsync(StopManner.Orderly, TimeSpan.FromMinutes(5), default);
        var sight = await Agent("exec sleep 100").MonitorAsync(TimeSpan.FromMilliseconds(500), default);
        Assert.AreEqual(PartCondition.Unknown, sight.Condition);
        Assert.IsLessThan(20, TimeProvider.System.GetElapsedTime(started).TotalSeconds);
    }

    [TestMethod]
    [DataRow("20", 20_000)]
    [DataRow("20s", 20_000)]
    [DataRow("500ms", 500)]
    [DataRow("2min", 120_000)]
    [DataRow("1h", 3_600_000)]
    [DataRow("soon", -1)]
    [DataRow("", -1)]
    [DataRow(null, -1)]
    [DataRow("99999999999", -1)]
    public void Times_of_agents_are_understood(string? text, int milliseconds) =>
        Assert.AreEqual(milliseconds, OcfTimeouts.Seconds(text)?.TotalMilliseconds ?? -1);

    [TestMethod]
    public async Task Garbage_for_metadata_leaves_the_callers_deadline()
    {
        _ = Directory.CreateDirectory(folder["acme"]);
        _ = folder.Script("acme/Odd", "[ $1 = meta-data ] && { echo '<<<'; exit 0; }; exit 7");
        await SeesAsync(Part("Odd"), PartCondition.Stopped);
    }

    [TestMethod]
    public async Task Parameters_are_in_the_environment_and_secrets_are_not_repeated()
    {
        var part = Agent("tr '\\0' ' ' < /proc/$$/cmdline > $HERE/cmdline; echo \"$OCF_RESKEY_ip $OCF_RESKEY_password $OCF_RESOURCE_INSTANCE\" >&2; exit 6");
        var fault = (await part.StartAsync(PartStart.Ordinary, Long, default)).Fault!;
        Assert.AreEqual("192.0.2.7 *** it", fault.Native);
        Assert.DoesNotContain("192.0.2.7", await File.ReadAllTextAsync(folder["cmdline"]));
    }

    [TestMethod]
    public async Task An_agent_that_is_not_installed_is_unknown_and_its_stop_is_a_fault()
    {
        await SeesAsync(Part("Absent"), PartCondition.Unknown);
        Assert.IsFalse((await Part("Absent").StopAsync(StopManner.Kill, Long, default)).IsOk);
        Assert.AreEqual(FaultCode.NotFound, (await Part("Absent").StartAsync(PartStart.Ordinary, Long, default)).Fault?.Code);
    }

    [TestMethod]
    public async Task A_caller_that_gives_up_is_told()
    {
        using var over = new CancellationTokenSource();
        var starting = Agent("touch $HERE/began; exec sleep 100").StartAsync(PartStart.Ordinary, Long, over.Token);
        await Until.TrueAsync(() => File.Exists(folder["began"]));
        await over.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => starting);
    }

    private static void Ok(Outcome outcome) => Assert.IsTrue(outcome.IsOk, outcome.Fault?.ToString());

    private static async Task SeesAsync(OcfPart part, PartCondition condition)
    {
        var sight = await part.MonitorAsync(Long, default);
        Assert.AreEqual(condition, sight.Condition, sight.Reason);
    }

    private OcfPart Agent(string body)
    {
        _ = Directory.CreateDirectory(folder["acme"]);
        _ = folder.Script("acme/Thing", $"HERE='{folder.Path}'\n[ $1 = meta-data ] && {{ echo '{Metadata}'; exit 0; }}\n{body}");
        return Part("Thing");
    }

    private OcfPart Part(string type) => new(
        new CommandRunner(new CommandRunnerOptions { ResourceAgents = folder.Path }, TimeProvider.System),
        TimeProvider.System,
        new OcfAgent("acme", type, "it", new Dictionary<string, string> { ["ip"] = "192.0.2.7", ["password"] = "hush-hush" }));
}
