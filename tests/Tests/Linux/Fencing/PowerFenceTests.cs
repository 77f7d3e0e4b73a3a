using NodeAgent.Contract;
using NodeAgent.Linux.Fencing;

namespace NodeAgent.Tests.Linux.Fencing;

[TestClass]
public sealed class PowerFenceTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    private readonly FenceStand stand = new();

    public void Dispose() => stand.Dispose();

    [TestMethod]
    public async Task The_real_dummy_agent_switches_off_and_on_and_is_read_back()
    {
        var dummy = RealDummy();
        Assert.AreEqual(PowerState.Off, (await stand.Agents.StatusAsync(dummy, Long, default)).Value);
        Assert.IsTrue((await stand.Agents.OnAsync(dummy, Long, default)).IsOk);
        Assert.AreEqual(PowerState.On, (await stand.Agents.StatusAsync(dummy, Long, default)).Value);
        Assert.IsTrue((await stand.Agents.MonitorAsync(dummy, Long, default)).IsOk);
        var verdict = await stand.Fence.OffAsync([new([dummy])], () => true, Long, default);
        Assert.AreEqual((FenceEnd.Confirmed, 1), (verdict.End, verdict.Level), verdict.Reason);
        Assert.AreEqual("off", await File.ReadAllTextAsync(stand["dummy.power"]));

        // Again, as after a crash in between.
        Assert.AreEqual(FenceEnd.Confirmed, (await stand.Fence.OffAsync([new([dummy])], () => true, Long, default)).End);
    }

    [TestMethod]
    public async Task The_real_dummy_agent_describes_itself_and_stands_the_test_of_a_running_node()
    {
        var dummy = RealDummy();
        var metadata = (await stand.Agents.MetadataAsync(dummy, Long, default)).Value;
        Assert.AreEqual("fence_dummy", metadata.Agent);
        CollectionAssert.IsSubsetOf(new[] { "off", "on", "status", "monitor" }, metadata.Actions.ToList());
        CollectionAssert.Contains(metadata.Parameters.ToList(), "status_file");
        Assert.IsFalse(metadata.CutsAccessOnly);
        Assert.IsTrue((await stand.Agents.OnAsync(dummy, Long, default)).IsOk);
        Assert.IsEmpty(await stand.Fence.TestAsync([new([dummy])], Long, default));
        Assert.IsTrue((await stand.Agents.OffAsync(dummy, Long, default)).IsOk);
        var fault = (await stand.Fence.TestAsync([new([dummy])], Long, default)).Single();
        StringAssert.Contains(fault.Why, "off while the node runs");
    }

    [TestMethod]
    public async Task An_agent_that_says_ok_and_does_nothing_is_caught()
    {
        var liar = stand.Agent("liar", "[ $action = status ] && echo 'Status: ON'; exit 0");
        var verdict = await stand.Fence.OffAsync([new([liar])], () => true, Short, default);
        Assert.AreEqual(FenceEnd.Refused, verdict.End, verdict.Reason);
        StringAssert.Contains(verdict.Reason, "said that it did, and the status still says on");
    }

    [TestMethod]
    public async Task An_agent_that_takes_its_time_is_waited_for()
    {
        var slow = stand.Agent("slow", "[ $action = status ] || exit 0; n=$(grep -c status $here/slow.log); [ $n -ge 2 ] && { echo 'Status: OFF'; exit 2; }; echo 'Status: ON'");
        Assert.AreEqual(FenceEnd.Confirmed, (await stand.Fence.OffAsync([new([slow])], () => true, Long, default)).End);
    }

    [TestMethod]
    [DataRow("exit 2")]
    [DataRow("exit 0")]
    [DataRow("echo 'Status: OFF'; exit 0")]
    [DataRow("echo 'Status: ON'; exit 2")]
    [DataRow("echo 'Status: OFF'; echo 'Status: ON'; exit 2")]
    [DataRow("echo 'usage: this [-h]' >&2; exit 2")]
    [DataRow("echo 'Status: OFF'; exit 1")]
    [DataRow("head -c 100000 /dev/urandom; exit 2")]
    [DataRow("echo 'Status: OFF'; kill -9 $$")]
    [DataRow("echo 'Status: OFF'; exec sleep 100")]
    public async Task A_status_that_is_not_clear_is_no_proof(string status)
    {
        var odd = stand.Agent("odd", $"[ $action = status ] || exit 0; {status}");
        var verdict = await stand.Fence.OffAsync([new([odd])], () => true, Short, default);
        Assert.AreEqual(FenceEnd.Unknown, verdict.End, verdict.Reason);
    }

    [TestMethod]
    public async Task An_off_that_timed_out_but_worked_is_seen_in_the_status()
    {
        var late = stand.Agent("late", "[ $action = status ] && { echo 'Status: OFF'; exit 2; }; exec sleep 100");
        var verdict = await stand.Fence.OffAsync([new([late])], () => true, TimeSpan.FromSeconds(4), default);
        Assert.AreEqual(FenceEnd.Confirmed, verdict.End, verdict.Reason);
        Assert.AreEqual(FaultCode.TimedOut, verdict.Faults.Single().Code);
    }

    [TestMethod]
    public async Task The_next_level_is_tried_and_what_failed_before_is_kept()
    {
        var dead = stand.Agent("dead", "echo 'Connection timed out' >&2; exit 1");
        var good = stand.Agent("good", "[ $action = status ] && { echo 'Status: OFF'; exit 2; }; exit 0");
        var verdict = await stand.Fence.OffAsync([new([dead]), new([good])], () => true, TimeSpan.FromSeconds(6), default);
        Assert.AreEqual((FenceEnd.Confirmed, 2), (verdict.End, verdict.Level), verdict.Reason);
        StringAssert.Contains(verdict.Faults[0].Native, "Connection timed out");
        StringAssert.Contains(verdict.Reason, "level 2 (good)");
        StringAssert.Contains(verdict.Reason, "before that: fence_dead could not do off for dead");
    }

    [TestMethod]
    public async Task A_node_that_is_here_again_while_a_level_fails_is_left_alone_by_the_next()
    {
        var dead = stand.Agent("dead", "echo 'Connection timed out' >&2; exit 1");
        var good = stand.Agent("good", "[ $action = status ] && { echo 'Status: OFF'; exit 2; }; exit 0");
        var looks = 0;
        var verdict = await stand.Fence.OffAsync([new([dead]), new([good])], () => looks++ == 0, TimeSpan.FromSeconds(6), default);
        Assert.AreNotEqual(FenceEnd.Confirmed, verdict.End, "its power was cut");
        Assert.IsFalse(File.Exists(stand["good.log"]), "its device was asked");
        StringAssert.Contains(verdict.Reason, "left alone");
    }

    [TestMethod]
    public async Task All_devices_of_a_level_must_confirm()
    {
        var good = stand.Agent("good", "[ $action = status ] && { echo 'Status: OFF'; exit 2; }; exit 0");
        var liar = stand.Agent("liar", "[ $action = status ] && echo 'Status: ON'; exit 0");
        Assert.AreEqual(FenceEnd.Refused, (await stand.Fence.OffAsync([new([good, liar])], () => true, Short * 2, default)).End);
        Assert.AreEqual(FenceEnd.Confirmed, (await stand.Fence.OffAsync([new([good, good])], () => true, Long, default)).End);
    }

    [TestMethod]
    public async Task An_agent_that_takes_only_access_away_is_never_asked()
    {
        var fabric = stand.Agent("fabric", "[ $action = status ] && { echo 'Status: OFF'; exit 2; }; exit 0", cutsAccess: true);
        var verdict = await stand.Fence.OffAsync([new([fabric])], () => true, Long, default);
        Assert.AreEqual(FenceEnd.Refused, verdict.End);
        Assert.AreEqual("metadata\n", await File.ReadAllTextAsync(stand["fabric.log"]));
        Assert.AreEqual(FaultCode.Unsupported, (await stand.Fence.TestAsync([new([fabric])], Long, default)).Single().Code);
    }

    [TestMethod]
    public async Task Nothing_configured_and_nothing_installed_are_refusals()
    {
        Assert.AreEqual(FenceEnd.Refused, (await stand.Fence.OffAsync([], () => true, Long, default)).End);
        Assert.AreEqual(FenceEnd.Refused, (await stand.Fence.OffAsync([new([])], () => true, Long, default)).End);
        var absent = new FenceDevice("absent", "fence_absent", new Dictionary<string, string>());
        var verdict = await stand.Fence.OffAsync([new([absent])], () => true, Long, default);
        Assert.AreEqual(FenceEnd.Refused, verdict.End);
        Assert.AreEqual(FaultCode.NotFound, verdict.Faults.Single().Code);
    }

    [TestMethod]
    public async Task A_caller_that_gives_up_is_told_and_the_agent_is_killed()
    {
        var hung = stand.Agent("hung", "echo $$ > $here/pid; exec sleep 1000");
        using var over = new CancellationTokenSource();
        var fencing = stand.Fence.OffAsync([new([hung])], () => true, Long, over.Token);
        await Support.Until.TrueAsync(() => File.Exists(stand["pid"]) && File.ReadAllText(stand["pid"]).EndsWith('\n'));
        await over.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => fencing);
        Assert.IsFalse(Directory.Exists($"/proc/{File.ReadAllText(stand["pid"]).Trim()}"));
    }

    private FenceDevice RealDummy()
    {
        if (!File.Exists("/usr/sbin/fence_dummy"))
        {
            Assert.Inconclusive("fence_dummy is not installed (package fence-agents)");
        }

        File.WriteAllText(stand["dummy.power"], "off");
        return stand.Dummy();
    }
}
