using NodeAgent.Contract;
using NodeAgent.Linux.Services;

namespace NodeAgent.Tests.Linux.Services;

[TestClass]
public sealed class GuestHomeTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(3);
    private static readonly Fault No = new(FaultCode.FenceRequired, "cannot take it", "nothing proves that n1 is gone", "confirm-dead", Retry.AfterFix);

    private readonly ProxmoxClusterStandIn proxmox = new();
    private readonly List<string> asked = [];

    public void Dispose() => proxmox.Dispose();

    [TestMethod]
    [DataRow("qm")]
    [DataRow("pct")]
    public async Task The_survivor_of_a_fence_brings_the_configuration_here_and_starts_the_guest(string tool)
    {
        proxmox.Configure("n1", tool, 101, "memory: 512\nlock: backup\n");
        proxmox.Say("n2", "n3");
        var told = new List<string>();
        var part = proxmox.Part("n2", tool, 101, May, told.Add);

        Ok(await part.StartAsync(PartStart.AfterFence, Long, default));
        Assert.AreEqual("running", proxmox.State("n2", tool, 101));
        Assert.IsNull(proxmox.Configuration("n1", tool, 101), "it is on one node");
        Assert.AreEqual("memory: 512\n", proxmox.Configuration("n2", tool, 101));
        StringAssert.Contains(told.Single(), "was brought here from n1");
        CollectionAssert.AreEqual(new[] { "n1 unknown" }, asked, "a node that is off cannot be asked");
        Assert.DoesNotContain("pvesh", proxmox.LogOf("n2"));

        Ok(await part.StartAsync(PartStart.AfterFence, Long, default));
        Assert.HasCount(1, told);
    }

    [TestMethod]
    [DataRow("qm", "qemu")]
    [DataRow("pct", "lxc")]
    public async Task In_a_planned_move_the_node_that_had_it_is_asked_itself(string tool, string path)
    {
        proxmox.Configure("n1", tool, 101, "memory: 512\n");
        proxmox.CallItself("n1");
        var before = proxmox.Part("n1", tool, 101, May);
        Ok(await before.StartAsync(PartStart.Ordinary, Long, default));
        Ok(await before.StopAsync(StopManner.Orderly, Long, default));
        Assert.IsEmpty(asked);

        proxmox.CallItself("n2");
        Ok(await proxmox.Part("n2", tool, 101, May).StartAsync(PartStart.Ordinary, Long, default));
        CollectionAssert.AreEqual(new[] { "n1 stopped" }, asked);
        StringAssert.Contains(proxmox.LogOf("n2"), $"pvesh get /nodes/n1/{path}/101/status/current --output-format json\n");
        Assert.AreEqual("running", proxmox.State("n2", tool, 101));

        proxmox.CallItself("n1");
        Assert.AreEqual(PartCondition.Stopped, (await before.MonitorAsync(Long, default)).Condition, "whoever passed it on has nothing of it");
        Ok(await before.StopAsync(StopManner.Kill, Long, default));
    }

    [TestMethod]
    public async Task A_guest_that_runs_where_its_configuration_is_stays_there()
    {
        proxmox.Configure("n1", "qm", 101, "memory: 512\n");
        proxmox.State("n1", "qm", 101, "running");
        var fault = (await Refusing().StartAsync(PartStart.AfterFence, Long, default)).Fault!;
        CollectionAssert.AreEqual(new[] { "n1 running" }, asked);
        StringAssert.Contains(fault.ToString(), "cannot start virtual machine 101");
        StringAssert.Contains(fault.ToString(), "nothing proves that n1 is gone");
        Assert.IsNotNull(proxmox.Configuration("n1", "qm", 101));
        Assert.IsNull(proxmox.Configuration("n2", "qm", 101));
        Assert.DoesNotContain("start 101", proxmox.LogOf("n2"));
    }

    [TestMethod]
    [DataRow("echo gibberish")]
    [DataRow("echo '[]'")]
    [DataRow("echo '{}'")]
    [DataRow("echo '{\"status\":1}'")]
    [DataRow("echo '{\"status\":\"paused\"}'")]
    [DataRow("echo '{\"status\":\"stopped\"}'; exit 1")]
    [DataRow("kill -9 $$")]
    [DataRow("exec sleep 100")]
    public async Task An_answer_that_makes_no_sense_is_unknown_and_never_stopped(string shell)
    {
        proxmox.Configure("n1", "qm", 101, "");
        proxmox.BreakPvesh(shell);
        Assert.IsFalse((await Refusing().StartAsync(PartStart.Ordinary, TimeSpan.FromSeconds(3), default)).IsOk);
        CollectionAssert.AreEqual(new[] { "n1 unknown" }, asked);
        Assert.IsNotNull(proxmox.Configuration("n1", "qm", 101));
    }

    [TestMethod]
    public async Task What_is_here_already_is_never_replaced()
    {
        proxmox.Configure("n1", "qm", 101, "memory: 1\n");
        proxmox.Configure("n2", "qm", 101, "memory: 2\n");
        Ok(await proxmox.Part("n2", "qm", 101, May).StartAsync(PartStart.AfterFence, Long, default));
        Assert.AreEqual("memory: 1\n", proxmox.Configuration("n1", "qm", 101));
        Assert.AreEqual("memory: 2\n", proxmox.Configuration("n2", "qm", 101));
        Assert.IsEmpty(asked);
    }

    [TestMethod]
    public async Task Two_other_nodes_that_each_have_one_are_a_contradiction()
    {
        proxmox.Configure("n1", "qm", 101, "memory: 1\n");
        proxmox.Configure("n3", "qm", 101, "memory: 3\n");
        var fault = (await proxmox.Part("n2", "qm", 101, May).StartAsync(PartStart.AfterFence, Long, default)).Fault!;
        StringAssert.Contains(fault.Why, "n1 and n3 each have");
        Assert.IsNull(proxmox.Configuration("n2", "qm", 101));
    }

    [TestMethod]
    public async Task Without_quorum_it_waits_and_says_so_and_starts_once_there_is_one()
    {
        proxmox.Configure("n1", "qm", 101, "memory: 512\n");
        proxmox.LoseQuorum();
        var part = proxmox.Part("n2", "qm", 101, May);
        var fault = (await part.StartAsync(PartStart.AfterFence, Short, default)).Fault!;
        Assert.AreEqual((FaultCode.ControlPlaneUnavailable, Retry.Later), (fault.Code, fault.Retry));
        StringAssert.Contains(fault.ToString(), "has no quorum here");
        StringAssert.Contains(fault.NextStep, "pvecm status");
        Assert.IsNotNull(proxmox.Configuration("n1", "qm", 101));
        Ok(await part.StopAsync(StopManner.Kill, Long, default));

        proxmox.Say("n2", "n3");
        Ok(await part.StartAsync(PartStart.AfterFence, Long, default));
        Assert.AreEqual("running", proxmox.State("n2", "qm", 101));
    }

    [TestMethod]
    public async Task What_passes_by_itself_is_waited_for()
    {
        proxmox.Configure("n1", "qm", 101, "memory: 512\n");
        var part = proxmox.Part("n2", "qm", 101, (_, _) =>
        {
            asked.Add("again");
            return asked.Count == 1 ? No with { Retry = Retry.Later } : Outcome.Done;
        });
        Ok(await part.StartAsync(PartStart.AfterFence, TimeSpan.FromSeconds(60), default));
        Assert.HasCount(2, asked);
        Assert.AreEqual("running", proxmox.State("n2", "qm", 101));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(13)]
    [DataRow(30)]
    public void Quorum_that_was_lost_meanwhile_is_told_as_that(int errno)
    {
        var fault = GuestHome.NotMoved("cannot start virtual machine 101", "n1", errno);
        Assert.AreEqual((FaultCode.ControlPlaneUnavailable, Retry.Later), (fault.Code, fault.Retry));
        StringAssert.Contains(fault.NextStep, "pvecm status");
    }

    [TestMethod]
    public async Task A_task_that_holds_it_on_its_node_is_waited_for()
    {
        proxmox.Configure("n1", "qm", 101, "lock: backup\nmemory: 512\n");
        var fault = (await proxmox.Part("n2", "qm", 101, May).StartAsync(PartStart.Ordinary, Short, default)).Fault!;
        Assert.AreEqual(FaultCode.Busy, fault.Code, fault.ToString());
        StringAssert.Contains(fault.Why, "backup");
        StringAssert.Contains(fault.NextStep, "on n1: qm unlock 101");
        Assert.IsNotNull(proxmox.Configuration("n1", "qm", 101));
    }

    [TestMethod]
    public async Task A_lock_here_is_told_with_what_to_do()
    {
        proxmox.Configure("n2", "qm", 101, "lock: backup\n");
        var fault = (await proxmox.Part("n2", "qm", 101, May).StartAsync(PartStart.Ordinary, Long, default)).Fault!;
        Assert.AreEqual(FaultCode.Busy, fault.Code, fault.ToString());
        StringAssert.Contains(fault.NextStep, "qm unlock 101");
    }

    [TestMethod]
    public async Task Nodes_that_Proxmox_calls_otherwise_are_not_guessed()
    {
        proxmox.Configure("n1", "qm", 101, "");
        proxmox.CallItself("n3");
        var fault = (await proxmox.Part("n2", "qm", 101, May).StartAsync(PartStart.AfterFence, Long, default)).Fault!;
        StringAssert.Contains(fault.Why, "Proxmox calls this node n3, the agents n2");
        Assert.IsNotNull(proxmox.Configuration("n1", "qm", 101));
        Assert.IsEmpty(asked);
    }

    [TestMethod]
    public async Task A_node_that_stands_alone_starts_what_it_has_and_says_what_it_lacks()
    {
        proxmox.StandAlone();
        proxmox.Configure("n2", "qm", 101, "");
        Ok(await proxmox.Part("n2", "qm", 101, May).StartAsync(PartStart.AfterFence, Long, default));

        proxmox.Configure("n1", "qm", 102, "");
        var fault = (await proxmox.Part("n2", "qm", 102, May).StartAsync(PartStart.AfterFence, Long, default)).Fault!;
        Assert.AreEqual(FaultCode.NotFound, fault.Code);
        StringAssert.Contains(fault.Why, "in no cluster of Proxmox");
        StringAssert.Contains(fault.NextStep, "nodes/n2/qemu-server/102.conf");
        Assert.IsNotNull(proxmox.Configuration("n1", "qm", 102), "what is left of another node in its folder is none of its business");
    }

    [TestMethod]
    public async Task What_nobody_has_is_not_found()
    {
        var fault = (await proxmox.Part("n2", "qm", 101, May).StartAsync(PartStart.Ordinary, Long, default)).Fault!;
        Assert.AreEqual(FaultCode.NotFound, fault.Code);
        StringAssert.Contains(fault.Why, "no node of the cluster of Proxmox");
    }

    [TestMethod]
    public async Task Whoever_lets_go_meanwhile_moves_nothing()
    {
        proxmox.Configure("n1", "qm", 101, "");
        using var gone = new CancellationTokenSource();
        var home = proxmox.HomeOf("n2", (_, _) =>
        {
            gone.Cancel();
            return Outcome.Done;
        });
        await Assert.ThrowsAsync<OperationCanceledException>(() => home.FetchAsync(GuestKind.Machine, 101, PartStart.Ordinary, Long, gone.Token));
        Assert.IsNotNull(proxmox.Configuration("n1", "qm", 101));
    }

    [TestMethod]
    public async Task Killed_at_any_step_and_repeated_it_runs()
    {
        proxmox.Configure("n1", "qm", 101, "memory: 512\n");

        // Before the move: as a kill while it was decided.
        await Assert.ThrowsAsync<InvalidOperationException>(() => proxmox.Part("n2", "qm", 101, (_, _) => throw new InvalidOperationException("killed")).StartAsync(PartStart.Ordinary, Long, default));
        Assert.IsNotNull(proxmox.Configuration("n1", "qm", 101));

        // After the move, before it was told.
        await Assert.ThrowsAsync<InvalidOperationException>(() => proxmox.Part("n2", "qm", 101, May, _ => throw new InvalidOperationException("killed")).StartAsync(PartStart.Ordinary, Long, default));
        Assert.AreEqual("memory: 512\n", proxmox.Configuration("n2", "qm", 101));
        Assert.AreEqual("never started", proxmox.State("n2", "qm", 101));

        Ok(await proxmox.Part("n2", "qm", 101, May).StartAsync(PartStart.Ordinary, Long, default));
        Assert.AreEqual("running", proxmox.State("n2", "qm", 101));
        Assert.IsNull(proxmox.Configuration("n1", "qm", 101));
    }

    [TestMethod]
    [DataRow("qm")]
    [DataRow("pct")]
    public async Task A_guest_whose_configuration_is_elsewhere_is_stopped_here_if_nothing_of_it_runs(string tool)
    {
        proxmox.Configure("n1", tool, 101, "");
        proxmox.State("n1", tool, 101, "running");
        proxmox.Process(1, "/sbin/init");
        proxmox.Process(2, "/usr/bin/kvm", "-id", "1011");
        proxmox.Process(3);
        proxmox.Socket("@/var/lib/lxc/1011/command");
        var part = proxmox.Part("n2", tool, 101, May);
        var sight = await part.MonitorAsync(Long, default);
        Assert.AreEqual(PartCondition.Stopped, sight.Condition, sight.Reason);
        StringAssert.Contains(sight.Reason, "its configuration is on n1");
        Ok(await part.StopAsync(StopManner.Kill, TimeSpan.FromSeconds(2), default));
        Ok(await part.StopAsync(StopManner.Orderly, TimeSpan.FromSeconds(2), default));
        Assert.AreEqual("running", proxmox.State("n1", tool, 101), "what runs elsewhere is left alone");
    }

    [TestMethod]
    [DataRow("qm")]
    [DataRow("pct")]
    public async Task A_guest_that_runs_here_without_its_configuration_is_not_called_stopped(string tool)
    {
        proxmox.Configure("n1", tool, 101, "");
        proxmox.Process(7, "/usr/bin/kvm", "-id", "101", "-name", "db");
        proxmox.Socket("@/var/lib/lxc/101/command");
        var part = proxmox.Part("n2", tool, 101, May);
        var sight = await part.MonitorAsync(Long, default);
        Assert.AreEqual(PartCondition.Unknown, sight.Condition, sight.Reason);
        Assert.IsFalse((await part.StopAsync(StopManner.Kill, TimeSpan.FromSeconds(1), default)).IsOk);
    }

    [TestMethod]
    public async Task While_the_configuration_of_Proxmox_hangs_that_is_told_in_time()
    {
        proxmox.Configure("n1", "qm", 101, "");
        using var hang = await proxmox.HangAsync();
        var part = proxmox.Part("n2", "qm", 101, May);
        var fault = (await part.StartAsync(PartStart.Ordinary, TimeSpan.FromSeconds(1), default)).Fault!;
        Assert.AreEqual(FaultCode.TimedOut, fault.Code, fault.ToString());
        StringAssert.Contains(fault.Why, "/etc/pve does not answer");
        Assert.AreEqual(PartCondition.Unknown, (await part.MonitorAsync(TimeSpan.FromSeconds(1), default)).Condition);
    }

    [TestMethod]
    public async Task While_the_configuration_of_Proxmox_is_not_there_nothing_is_known()
    {
        proxmox.Unmount();
        var part = proxmox.Part("n2", "qm", 101, May);
        Assert.AreEqual(PartCondition.Unknown, (await part.MonitorAsync(Long, default)).Condition);
        Assert.IsFalse((await part.StopAsync(StopManner.Kill, TimeSpan.FromSeconds(1), default)).IsOk);
        Assert.AreEqual(FaultCode.NotFound, (await part.StartAsync(PartStart.Ordinary, Long, default)).Fault?.Code);
    }

    private static void Ok(Outcome outcome) => Assert.IsTrue(outcome.IsOk, outcome.Fault?.ToString());

    private GuestPart Refusing() => proxmox.Part("n2", "qm", 101, (holder, runs) =>
    {
        _ = May(holder, runs);
        return No;
    });

    private Outcome May(string holder, bool? runsThere)
    {
        asked.Add($"{holder} {runsThere switch { true => "running", false => "stopped", _ => "unknown" }}");
        return Outcome.Done;
    }
}
