using NodeAgent.Cluster.Ledger;
using NodeAgent.Contract;
using NodeAgent.Daemon.Failover;
using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Linux.Fencing;
using NodeAgent.Tests.Linux.Fencing;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover;

[TestClass]
public sealed class OrderedFenceTests : IDisposable
{
    private readonly FenceStand stand = new();

    public void Dispose() => stand.Dispose();

    [TestMethod]
    public async Task A_node_that_is_off_is_only_dead_once_the_store_knows_it()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await ServiceMoveTests.RunningAsync(folder);
        var unsaid = await Desk(cluster, new MuteLedger(view: () => cluster.Room.View)).FenceAsync("n3", CancellationToken.None);
        StringAssert.Contains(unsaid.Fault?.What, "the cluster store may not know it");
        Assert.IsNull(cluster.Room.View.Record.Member(FailoverCluster.Ids[2])!.Fence);

        var said = await Desk(cluster, cluster.Room.For(FailoverCluster.Ids[1], cluster[2].Seat.Loop.Settings.Run)).FenceAsync("n3", CancellationToken.None);
        Assert.IsTrue(said.IsOk, said.Fault?.ToString());
        StringAssert.Contains(cluster.Room.View.Record.Member(FailoverCluster.Ids[2])!.Fence?.Done?.Detail, "its status says off");
    }

    [TestMethod]
    public async Task A_proof_that_the_store_refuses_is_no_success()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await ServiceMoveTests.RunningAsync(folder);

        // Of a process that is not the one that the store lets ask.
        var refused = await Desk(cluster, cluster.Room.For(FailoverCluster.Ids[1], cluster[2].Seat.Loop.Settings.Run + 1)).FenceAsync("n3", CancellationToken.None);

        StringAssert.Contains(refused.Fault?.What, "the cluster store did not take that");
        StringAssert.Contains(refused.Fault!.NextStep, "confirm-dead n3");
        Assert.IsNull(cluster.Room.View.Record.Member(FailoverCluster.Ids[2])!.Fence);
    }

    [TestMethod]
    public async Task Power_is_not_cut_in_vain()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await ServiceMoveTests.RunningAsync(folder);

        var clock = new ManualTimeProvider();
        var asking = Desk(cluster, new MuteLedger(), clock).FenceAsync("n3", CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(11));
        var silent = await asking;
        var away = await Desk(cluster, new MuteLedger(view: () => cluster.Room.View with { Live = cluster.Room.View.Live.Remove("n2") })).FenceAsync("n3", CancellationToken.None);

        StringAssert.Contains(silent.Fault?.Why, "the cluster store does not answer");
        StringAssert.Contains(silent.Fault!.What, "its power was not cut");
        StringAssert.Contains(away.Fault?.Why, "no member of the cluster now");
        StringAssert.Contains(away.Fault!.What, "its power was not cut");
        Assert.IsFalse(File.Exists(stand["good.log"]), "the device was asked");
    }

    private FailoverDesk Desk(FailoverCluster cluster, IClusterLedger ledger, TimeProvider? time = null)
    {
        var device = stand.Agent("good", "[ $action = status ] && { echo 'Status: OFF'; exit 2; }; exit 0");
        Dictionary<NodeId, IReadOnlyList<FenceLevel>> levels = new() { [FailoverCluster.Ids[2]] = [new([device])] };
        var power = new FakePower();
        return new FailoverDesk(cluster[2].Seat, ledger, new PowerEffects(stand.Fence, levels, power, power, power), time ?? TimeProvider.System);
    }
}
