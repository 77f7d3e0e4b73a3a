using NodeAgent.Contract;
using NodeAgent.Core.Wishes;
using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Daemon.Units.Handovers;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover;

[TestClass]
public sealed class ServiceMoveTests
{
    [TestMethod]
    public async Task A_service_moves_by_its_order_and_the_time_without_it_is_measured()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await RunningAsync(folder);
        cluster.Write(cluster[1], 9);
        var written = cluster.Content(cluster[1]);
        var seen = new List<SwitchoverReport>();

        cluster[1].Part.AfterStop = cluster.MomentAsync;
        var moving = cluster[2].Moves(seen.Add).MoveAsync("db", "n3", "test", CancellationToken.None);
        await cluster.UntilAsync(() => moving.IsCompleted, "the move ends");

        var report = (await moving).Value;
        Assert.AreEqual((new NodeId("n1"), new NodeId("n3"), new Epoch(2)), (report.From, report.To, report.Epoch));
        Assert.IsTrue(report.IsDone);
        Assert.AreEqual("db", report.Service);
        Assert.IsGreaterThan(0, report.FrozenSeconds!.Value);
        Assert.IsLessThan(report.TookSeconds!.Value + 0.001, report.FrozenSeconds.Value);
        Assert.Contains("stopping on n1, epoch 1", report.Seen.Select(step => step.Text).ToList());
        Assert.AreEqual(written, cluster.Content(cluster[3]));
        Assert.HasCount(1, seen);
    }

    [TestMethod]
    public async Task A_unit_of_a_service_goes_through_the_store_and_says_so()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await RunningAsync(folder);
        var moves = new PlannedMoves(cluster[2].World, null!, cluster[2].Moves(_ => { }));

        var plan = (await moves.PlanAsync(new SwitchoverOrder("dir:db", "n2"), CancellationToken.None)).Value;
        Assert.IsFalse(plan.IsDone);
        StringAssert.Contains(plan.Warnings[0], "belongs to service db");
        Assert.IsTrue(cluster[1].Part.IsRunning, "a plan changes nothing");

        var moving = moves.MoveAsync(new SwitchoverOrder("dir:db", "n2"), CancellationToken.None);
        await cluster.UntilAsync(() => moving.IsCompleted, "the move ends");
        Assert.IsTrue((await moving).IsOk, (await moving).Fault?.ToString());
        Assert.AreEqual(new NodeId("n2"), cluster.Room.View.Record.Service("db")!.Owner!.Node);
    }

    [TestMethod]
    public async Task What_cannot_be_is_refused_with_the_reason_and_the_next_step()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await RunningAsync(folder);
        var moves = cluster[2].Moves(_ => { });

        Assert.IsTrue(moves.Plan("db", "n1").Value.IsDone, "it is there already");
        AssertRefused(moves.Plan("other", "n1"), FaultCode.NotFound, "no such service");
        AssertRefused(moves.Plan("db", "n9"), FaultCode.PreconditionFailed, "not one of its nodes");
        AssertRefused(moves.Plan("db", "N 9"), FaultCode.InvalidArgument, "name");
        await cluster.OrderAsync(Orders.Drain, "n3");
        await cluster.PassAsync(1);
        AssertRefused(moves.Plan("db", "n3"), FaultCode.PreconditionFailed, "drained");
        await cluster[3].KillAsync();
        await cluster.PassAsync(12);
        AssertRefused(moves.Plan("db", "n3"), FaultCode.PreconditionFailed, "not here");
        await cluster.OrderAsync(Orders.Stop, "db");
        await cluster.UntilAsync(() => cluster.Running.Count == 0, "it stops");
        await cluster.PassAsync(2);
        AssertRefused(moves.Plan("db", "n2"), FaultCode.PreconditionFailed, "stopped");
    }

    internal static async Task<FailoverCluster> RunningAsync(TempFolder folder)
    {
        var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        await cluster.CycleAsync(1);
        await cluster.PassAsync(11);
        return cluster;
    }

    private static void AssertRefused(Outcome<SwitchoverReport> plan, FaultCode code, string why)
    {
        Assert.IsFalse(plan.IsOk);
        Assert.AreEqual(code, plan.Fault.Code, plan.Fault.ToString());
        StringAssert.Contains(plan.Fault.ToString(), why);
        Assert.AreNotEqual("", plan.Fault.NextStep);
    }
}
