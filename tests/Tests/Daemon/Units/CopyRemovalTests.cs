using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Units;
using NodeAgent.Tests.Daemon.Replication;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Units;

/// <summary>Copies on n2 and n3 of a unit that n1 writes; n3 is left out. Over real Directory backends.</summary>
[TestClass]
public sealed class CopyRemovalTests : IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly UnitId Unit = ReplicationWorld.Unit;
    private static readonly NodeId N3 = new("n3");
    private readonly KillSwitch points = new();
    private readonly ReplicationWorld nodes;
    private readonly OperationRunner runner;

    public CopyRemovalTests()
    {
        var time = new ManualTimeProvider();
        nodes = new ReplicationWorld(Directory.CreateTempSubdirectory("nodeagent-removal-").FullName, time, points, copies: 2) { OwnsFolder = true };
        runner = new OperationRunner(nodes.Journal, [], time, NullLogger.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        runner.Dispose();
        await nodes.DisposeAsync();
    }

    [TestMethod]
    public async Task A_copy_that_was_left_out_is_removed_by_its_writer_and_can_be_made_again()
    {
        await LeaveOutAsync();
        Assert.IsTrue((await RemoveAsync()).IsOk);
        Assert.IsEmpty(await NamesAsync("n3"));
        Assert.IsNull(nodes.Keeper(3).Registry.Find(Unit));
        Assert.HasCount(2, await NamesAsync("n1"));
        await SetAsync("n2", "n3");
        await nodes.GoodCycleAsync();
        await nodes.AssertEqualAsync("after it was made again", "n3");
    }

    [TestMethod]
    public async Task A_copy_that_was_not_left_out_is_never_removed()
    {
        await LeaveOutAsync();
        var refused = await RemoveAsync(peer: "n2", discard: true);
        Assert.AreEqual(FaultCode.PreconditionFailed, refused.Fault?.Code);
        StringAssert.Contains(refused.Fault!.NextStep, "--replicate-to none");
        Assert.HasCount(2, await NamesAsync("n2"));
    }

    [TestMethod]
    public async Task What_is_not_proven_to_be_on_the_writer_takes_a_word_more()
    {
        await LeaveOutAsync();
        for (var cycle = 2; cycle < 6; cycle++)
        {
            await nodes.WriteAsync(cycle);
            await nodes.GoodCycleAsync();
        }

        var refused = await RemoveAsync();
        Assert.AreEqual(FaultCode.WouldLoseWrites, refused.Fault?.Code, refused.Fault?.ToString());
        StringAssert.Contains(refused.Fault!.NextStep, "--peer n3 --discard");
        Assert.HasCount(2, await NamesAsync("n3"));
        Assert.IsTrue((await RemoveAsync(discard: true)).IsOk);
        Assert.IsEmpty(await NamesAsync("n3"));
    }

    [TestMethod]
    public async Task A_storage_that_says_that_it_is_a_writer_is_never_removed()
    {
        await LeaveOutAsync();
        var grant = Grants.For(nodes.Record with { Writer = N3, Epoch = new Epoch(2) }, N3).Value;
        Assert.IsTrue((await nodes.Roles("n3").PromoteAsync(grant, null, None)).IsOk);
        Assert.AreEqual(FaultCode.Diverged, (await RemoveAsync(discard: true)).Fault?.Code);
        Assert.HasCount(2, await NamesAsync("n3"));
    }

    [TestMethod]
    public async Task A_removal_that_comes_late_does_not_touch_a_copy_that_was_named_again()
    {
        await LeaveOutAsync();
        UnitRecord? told = null;
        nodes.Keeper(3).Registry.Writing = record => told = record;
        Assert.IsTrue((await RemoveAsync()).IsOk);
        nodes.Keeper(3).Registry.Writing = null;
        await SetAsync("n2", "n3");
        await nodes.GoodCycleAsync();
        Assert.AreEqual(FaultCode.PreconditionFailed, (await nodes.Copy(3).DeleteAsync(told!, null, None)).Fault?.Code);
        await nodes.AssertEqualAsync("after a late order", "n3");
    }

    [TestMethod]
    public async Task A_unit_that_is_deleted_leaves_what_was_left_out_and_says_so()
    {
        await LeaveOutAsync();
        Assert.AreEqual("n3 was left out, and what it holds stays there; 'nodeagent replication remove dir:db --peer n3', on n3, removes it", await DeleteAsync());
        Assert.HasCount(2, await NamesAsync("n3"));
        Assert.IsTrue((await RemoveOnHolderAsync()).IsOk);
        Assert.IsEmpty(await NamesAsync("n3"));
        Assert.IsNull(nodes.Keeper(3).Registry.Find(Unit));
    }

    [TestMethod]
    public async Task What_stays_on_a_node_that_was_away_is_said_and_removed_there()
    {
        await LeaveOutAsync();
        var before = nodes.Keeper(3).Registry.Find(Unit)!;
        nodes.Copy(3).Down = OrderWorld.Down;
        StringAssert.Contains(await DeleteAsync(), "'nodeagent replication remove dir:db --peer n3', on n3");
        nodes.Copy(3).Down = null;
        StringAssert.Contains((await RemoveAsync()).Fault!.NextStep, "give the command on n3");
        Assert.AreEqual(FaultCode.WouldLoseWrites, (await RemoveOnHolderAsync(discard: false)).Fault?.Code);
        Assert.HasCount(2, await NamesAsync("n3"));
        var removed = await RemoveOnHolderAsync();
        Assert.IsTrue(removed.IsOk, removed.Fault?.ToString());
        Assert.IsEmpty(await NamesAsync("n3"));
        Assert.AreEqual(FaultCode.PreconditionFailed, (await nodes.Copy(3).PrepareAsync(before with { Revision = 50 }, None)).Fault?.Code, "it came late");
    }

    [TestMethod]
    public async Task A_holder_removes_nothing_while_the_unit_is_written_or_may_be()
    {
        await LeaveOutAsync();
        Assert.AreEqual("Give the command on n1.", (await RemoveOnHolderAsync()).Fault?.NextStep);
        nodes.Own.Down = OrderWorld.Down;
        Assert.AreEqual(FaultCode.PeerUnavailable, (await RemoveOnHolderAsync()).Fault?.Code);
        nodes.Own.Down = null;
        Assert.IsTrue(nodes.Registry.Forget(Unit).IsOk);
        StringAssert.Contains((await RemoveOnHolderAsync()).Fault!.NextStep, "'nodeagent unit adopt db', on n1");
        Assert.HasCount(2, await NamesAsync("n3"));
    }

    [TestMethod]
    public async Task What_is_left_of_an_earlier_life_is_removed_where_it_is_and_the_unit_stays()
    {
        await LeaveOutAsync();
        nodes.Copy(3).Down = OrderWorld.Down;
        _ = await DeleteAsync();
        nodes.Copy(3).Down = null;
        await nodes.CreateAsync(life: "second");
        await SetAsync("n2");
        await nodes.GoodCycleAsync();
        Assert.AreEqual("Give the command on n3.", (await RemoveAsync(discard: true)).Fault?.NextStep);
        Assert.IsTrue((await RemoveOnHolderAsync()).IsOk);
        Assert.IsEmpty(await NamesAsync("n3"));
        await nodes.GoodCycleAsync();
        await nodes.AssertEqualAsync("of the second life");
    }

    [TestMethod]
    public async Task What_a_writer_says_while_a_holder_removes_is_kept_and_no_stream_begins()
    {
        await LeaveOutAsync();
        var (registry, copies) = nodes.Keeper(3);
        var old = registry.Find(Unit)!;
        var anew = old with { Life = "second", Revision = 1 };
        var point = (await nodes.Streams().ReadHistoryAsync(Unit, None)).Value.Volumes[0].Points[^1];
        var offer = new StreamOffer(new StreamStep(new VolumeId(Unit, "data"), null, point, null, old.Epoch), 1, null) { Life = "second" };
        FaultCode? stream = null;
        points.Look = at =>
        {
            if (at == "before discard on n3")
            {
                points.Look = _ => { };
                Assert.IsTrue(nodes.Copy(3).PrepareAsync(anew, None).GetAwaiter().GetResult().IsOk);
                stream = copies.ReceiveAsync(offer, ReplicationWorld.Writer, Stream.Null, null, None).GetAwaiter().GetResult().Fault?.Code;
            }
        };
        Assert.IsTrue((await copies.RemoveAsync(old, None)).IsOk);
        Assert.AreEqual(FaultCode.Busy, stream);
        Assert.AreEqual(anew, registry.Find(Unit));
        Assert.AreEqual(FaultCode.Busy, (await copies.RemoveAsync(old, None)).Fault?.Code, "what it was about is gone");
    }

    private async Task LeaveOutAsync()
    {
        await nodes.CreateAsync();
        await nodes.WriteAsync(1);
        await nodes.GoodCycleAsync();
        var left = await SetAsync("n2");
        Assert.AreEqual("n3", string.Join(' ', left.LeftOut));
    }

    private async Task<ReplicationChange> SetAsync(params string[] copies)
    {
        var set = await new ReplicationOrders(WorldOf("n1"), runner).SetAsync(new ReplicationOrder("db", copies, null, null, null, null), None);
        Assert.IsTrue(set.IsOk, set.Fault?.ToString());
        return set.Value;
    }

    private Task<Outcome> RemoveAsync(string peer = "n3", bool discard = false) =>
        new CopyRemovals(WorldOf("n1"), nodes.Keeper(2).Copies, runner).RemoveAsync(new CopyRemoval("db", peer, discard), None);

    private Task<Outcome> RemoveOnHolderAsync(bool discard = true) =>
        new CopyRemovals(WorldOf("n3"), nodes.Keeper(3).Copies, runner).RemoveAsync(new CopyRemoval("db", "n3", discard), None);

    private async Task<string> DeleteAsync()
    {
        foreach (var volume in (string[])["wal", "data"])
        {
            var deleted = await new DeleteOrders(WorldOf("n1"), runner).DeleteAsync("db", volume, None);
            Assert.IsTrue(deleted.IsOk, deleted.Fault?.ToString());
        }

        Assert.IsNull(nodes.Registry.Find(Unit));
        return string.Join("; ", await new CopyRemovals(WorldOf("n1"), nodes.Keeper(2).Copies, runner).StaysAsync(Unit, None));
    }

    private async Task<IReadOnlyList<string>> NamesAsync(string node) => [.. (await nodes.Volumes(node).ListAsync(None)).Value.Select(volume => volume.Id.Name)];

    private UnitWorld WorldOf(string self) => new(
        new NodeId(self), self == "n1" ? nodes.Registry : nodes.Keeper(3).Registry, nodes.Journal, nodes,
        () => new Dictionary<BackendId, IBackend> { [Unit.Backend] = nodes.Backend(self) },
        () => [.. new NodeId[] { new("n1"), new("n2"), N3 }.Where(node => node.Value != self)],
        () => new UnitDefaults(TimeSpan.FromSeconds(60), 2, 3), _ => { });
}
