using NodeAgent.Contract;
using NodeAgent.Linux.Services;

namespace NodeAgent.Tests.Linux.Services;

[TestClass]
public sealed class GuestPartTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    private readonly ProxmoxStandIn proxmox = new();

    public void Dispose() => proxmox.Dispose();

    [TestMethod]
    [DataRow(GuestKind.Machine, "qm")]
    [DataRow(GuestKind.Container, "pct")]
    public async Task A_guest_starts_freezes_thaws_and_stops_however_often(GuestKind kind, string tool)
    {
        proxmox.Add(tool, 101, "stopped");
        var part = new GuestPart(proxmox.Commands, TimeProvider.System, kind, 101);
        for (var round = 0; round < 2; round++)
        {
            await SeesAsync(part, PartCondition.Stopped);
            Ok(await part.StartAsync(PartStart.Ordinary, Long, default));
            Ok(await part.StartAsync(PartStart.Ordinary, Long, default));
            await SeesAsync(part, PartCondition.Running);
            Ok(await part.FreezeAsync(Long, default));
            await SeesAsync(part, PartCondition.Frozen);
            Ok(await part.ThawAsync(Long, default));
            await SeesAsync(part, PartCondition.Running);
            Ok(await part.StopAsync(StopManner.Orderly, Long, default));
            Ok(await part.StopAsync(StopManner.Kill, Long, default));
        }
    }

    [TestMethod]
    public async Task A_guest_that_ignores_shutdown_is_stopped_hard()
    {
        proxmox.Add("qm", 101, "running");
        proxmox.Put("qm", 101, "deaf");
        Ok(await Machine().StopAsync(StopManner.Orderly, Long, default));
        StringAssert.Contains(proxmox.Log, "shutdown 101 --timeout 10\n");
        StringAssert.Contains(proxmox.Log, "stop 101 --skiplock 1\n");
    }

    [TestMethod]
    [DataRow("exit 0")]
    [DataRow("echo 'got timeout' >&2; exit 255")]
    [DataRow("exec sleep 100")]
    public async Task A_guest_that_does_not_stop_is_told_whatever_its_tool_says(string stop)
    {
        proxmox.Add("qm", 101, "running");
        proxmox.Put("qm", 101, "break-stop", stop);
        var fault = (await Machine().StopAsync(StopManner.Kill, TimeSpan.FromSeconds(1), default)).Fault!;
        Assert.AreEqual(FaultCode.TimedOut, fault.Code);
        StringAssert.Contains(fault.What, "virtual machine 101 did not stop");
    }

    [TestMethod]
    [DataRow("backup")]
    [DataRow("mounted")]
    [DataRow("migrate")]
    [DataRow("snapshot-delete")]
    public async Task A_stale_lock_goes_after_a_fence_and_only_then(string held)
    {
        proxmox.Add("qm", 101, "stopped", held);
        var fault = (await Machine().StartAsync(PartStart.Ordinary, Long, default)).Fault!;
        Assert.AreEqual(FaultCode.Busy, fault.Code, fault.ToString());
        Ok(await Machine().StartAsync(PartStart.AfterFence, Long, default));
        Assert.AreEqual("running", proxmox.State("qm", 101));
    }

    [TestMethod]
    [DataRow("create")]
    [DataRow("disk")]
    [DataRow("something-new")]
    public async Task A_lock_of_a_guest_that_may_be_half_made_stays(string held)
    {
        proxmox.Add("qm", 101, "stopped", held);
        var fault = (await Machine().StartAsync(PartStart.AfterFence, Long, default)).Fault!;
        StringAssert.Contains(fault.Why, held);
        Assert.DoesNotContain("unlock 101", proxmox.Log);
    }

    [TestMethod]
    [DataRow("echo gibberish")]
    [DataRow("head -c 10000 /dev/urandom")]
    [DataRow("exit 1")]
    [DataRow("kill -9 $$")]
    [DataRow("exec sleep 100")]
    [DataRow("echo 'status: hibernating'; exit 0")]
    public async Task A_status_that_makes_no_sense_is_unknown_and_never_stopped(string status)
    {
        proxmox.Add("qm", 101, "stopped");
        proxmox.Put("qm", 101, "break-status", status + "; exit 0");
        var sight = await Machine().MonitorAsync(TimeSpan.FromMilliseconds(500), default);
        Assert.AreEqual(PartCondition.Unknown, sight.Condition, sight.Reason);
        Assert.IsFalse((await Machine().StopAsync(StopManner.Kill, TimeSpan.FromSeconds(1), default)).IsOk);
    }

    [TestMethod]
    public async Task A_guest_whose_configuration_is_elsewhere_is_not_found()
    {
        Assert.AreEqual(FaultCode.NotFound, (await Machine().StartAsync(PartStart.Ordinary, Long, default)).Fault?.Code);
        await SeesAsync(Machine(), PartCondition.Unknown);
    }

    [TestMethod]
    public async Task Without_proxmox_nothing_is_known()
    {
        var bare = new NodeAgent.Linux.Commands.CommandRunner(new(), TimeProvider.System);
        var part = new GuestPart(bare, TimeProvider.System, GuestKind.Container, 101);
        await SeesAsync(part, PartCondition.Unknown);
        Assert.AreEqual(FaultCode.NotFound, (await part.StartAsync(PartStart.Ordinary, Long, default)).Fault?.Code);
    }

    private static void Ok(Outcome outcome) => Assert.IsTrue(outcome.IsOk, outcome.Fault?.ToString());

    private static async Task SeesAsync(GuestPart part, PartCondition condition)
    {
        var sight = await part.MonitorAsync(Long, default);
        Assert.AreEqual(condition, sight.Condition, sight.Reason);
    }

    private GuestPart Machine() => new(proxmox.Commands, TimeProvider.System, GuestKind.Machine, 101);
}
