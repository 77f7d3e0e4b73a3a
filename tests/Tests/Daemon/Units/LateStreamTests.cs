using NodeAgent.Contract;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Units;
using NodeAgent.Tests.Daemon.Replication;

namespace NodeAgent.Tests.Daemon.Units;

/// <summary>A stream that arrives when its volume has been deleted: a node that stood still, a link that delivered late.</summary>
[TestClass]
public sealed class LateStreamTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly NodeId Keeper = new("n2");

    [TestMethod]
    public async Task A_stream_that_comes_after_its_volume_was_deleted_does_not_bring_it_back()
    {
        await using var world = await OrderWorld.StartAsync();
        var (step, bytes) = await StreamAsync(world, "wal");
        var before = world.Nodes.Record.Revision;
        Assert.IsTrue((await world.Deletes.DeleteAsync("db", "wal", None)).IsOk);

        var late = await world.Nodes.Copy().ReceiveAsync(new StreamOffer(step, before, null), (output, token) => WriteAsync(bytes, output, token), None);

        Assert.AreEqual(FaultCode.PreconditionFailed, late.Fault?.Code, late.Fault?.ToString());
        Assert.Contains("revision 1", late.Fault!.Why);
        Assert.AreEqual(Retry.Later, late.Fault.Retry);
        CollectionAssert.AreEqual(new[] { "data" }, (await world.Nodes.Streams("n2").ReadHistoryAsync(ReplicationWorld.Unit, None)).Value.Volumes.Select(volume => volume.Volume).ToList());
    }

    [TestMethod]
    public async Task A_volume_that_is_made_anew_under_the_same_name_is_replicated_at_once()
    {
        await using var world = await OrderWorld.StartAsync();
        Assert.IsTrue((await world.Deletes.DeleteAsync("db", "wal", None)).IsOk);
        Assert.IsTrue((await world.Volumes.CreateAsync(OrderWorld.Order("wal"), None)).IsOk);
        await world.Nodes.GoodCycleAsync();
        CollectionAssert.AreEqual(new[] { "data", "wal" }, (await world.NamesAsync("n2")).ToList());
    }

    [TestMethod]
    public async Task A_deletion_that_comes_after_the_volume_was_made_anew_leaves_it_alone()
    {
        await using var world = await OrderWorld.StartAsync();
        Assert.IsTrue((await world.Deletes.DeleteAsync("db", "wal", None)).IsOk);
        var told = world.Nodes.Record;
        Assert.IsTrue((await world.Volumes.CreateAsync(OrderWorld.Order("wal"), None)).IsOk);
        await world.Nodes.GoodCycleAsync();

        var late = await world.Nodes.Copy().DeleteAsync(told, "wal", None);

        Assert.AreEqual(FaultCode.PreconditionFailed, late.Fault?.Code, late.Fault?.ToString());
        CollectionAssert.AreEqual(new[] { "data", "wal" }, (await world.NamesAsync("n2")).ToList());
    }

    [TestMethod]
    public async Task A_record_that_was_decided_on_beside_a_deletion_does_not_take_the_revision_back()
    {
        await using var world = await OrderWorld.StartAsync();
        var decided = world.Nodes.Record with { Revision = world.Nodes.Record.Revision + 1, IsPaused = true };
        Assert.IsTrue((await world.Deletes.DeleteAsync("db", "wal", None)).IsOk);
        var told = world.Nodes.Record.Revision;

        Assert.IsTrue(world.Nodes.Registry.Store(decided).IsOk);

        Assert.AreEqual((true, told + 1), (world.Nodes.Record.IsPaused, world.Nodes.Record.Revision));
    }

    [TestMethod]
    public async Task A_deletion_that_waits_for_a_node_is_told_with_one_and_the_same_record_however_often_it_is_tried()
    {
        await using var world = await OrderWorld.StartAsync();
        world.Nodes.Copy().Down = OrderWorld.Down;
        Assert.IsFalse((await world.Deletes.DeleteAsync("db", "wal", None)).IsOk);
        var told = world.Nodes.Record.Revision;
        await world.Runner.ResumeAllAsync(None);
        await world.Runner.ResumeAllAsync(None);
        Assert.AreEqual(told, world.Nodes.Record.Revision);
        world.Nodes.Copy().Down = null;
        await world.Runner.ResumeAllAsync(None);
        CollectionAssert.AreEqual(new[] { "data" }, (await world.NamesAsync("n2")).ToList());
        Assert.IsEmpty(world.Nodes.Journal.Open());
    }

    [TestMethod]
    public async Task A_copy_is_not_deleted_while_a_stream_of_it_is_received()
    {
        await using var world = await OrderWorld.StartAsync();
        Assert.IsTrue((await world.Volumes.CreateAsync(OrderWorld.Order("new"), None)).IsOk);
        Assert.IsTrue((await world.Nodes.Snapshots().CreateAsync(new SnapshotId(ReplicationWorld.Unit, "now"), world.Nodes.Grant, None)).IsOk);
        var (step, bytes) = await StreamAsync(world, "new");
        var copies = await KeeperAsync(world);
        var gate = new TaskCompletionSource();
        var receiving = copies.ReceiveAsync(new StreamOffer(step, world.Nodes.Record.Revision, null), ReplicationWorld.Writer, new GatedStream(bytes, gate.Task), null, None);

        var told = world.Nodes.Record with { Revision = world.Nodes.Record.Revision + 1 };
        var first = await copies.DeleteAsync(told, "new", ReplicationWorld.Writer, None);
        Assert.AreEqual(FaultCode.Busy, first.Fault?.Code, first.Fault?.ToString());
        Assert.AreEqual(Retry.Later, first.Fault!.Retry);

        gate.SetResult();
        Assert.IsTrue((await receiving).IsOk);
        Assert.IsTrue((await copies.DeleteAsync(told, "new", ReplicationWorld.Writer, None)).IsOk);
        Assert.DoesNotContain("new", await world.NamesAsync("n2"));
    }

    [TestMethod]
    public async Task An_agent_that_does_not_say_which_record_it_planned_with_is_heard_as_before()
    {
        await using var world = await OrderWorld.StartAsync();
        var copies = await KeeperAsync(world);
        await world.Nodes.WriteAsync(2);
        Assert.IsTrue((await world.Nodes.Snapshots().CreateAsync(new SnapshotId(ReplicationWorld.Unit, "now"), world.Nodes.Grant, None)).IsOk);
        var (step, bytes) = await StreamAsync(world, "wal", isIncrement: true);
        Assert.IsTrue((await copies.PrepareAsync(world.Nodes.Record with { Revision = 9 }, ReplicationWorld.Writer, None)).IsOk);
        using var input = new MemoryStream(bytes);
        var received = await copies.ReceiveAsync(new StreamOffer(step, null, null), ReplicationWorld.Writer, input, null, None);
        Assert.IsTrue(received.IsOk, received.Fault?.ToString());
    }

    private static async Task<LocalCopies> KeeperAsync(OrderWorld world)
    {
        var registry = UnitRegistry.Load(Directory.CreateTempSubdirectory("nodeagent-late-").FullName).Value;
        var copies = new LocalCopies(Keeper, registry, id => ReplicatedBackend.From(id, world.Nodes.Backend("n2")));
        Assert.IsTrue((await copies.PrepareAsync(world.Nodes.Record, ReplicationWorld.Writer, None)).IsOk);
        return copies;
    }

    private static async Task<(StreamStep Step, byte[] Bytes)> StreamAsync(OrderWorld world, string volume, bool isIncrement = false)
    {
        var points = (await world.Nodes.Streams().ReadHistoryAsync(ReplicationWorld.Unit, None)).Value.Volumes
            .First(known => known.Volume == volume).Points.Where(point => !point.IsBookmark).ToList();
        var step = new StreamStep(new VolumeId(ReplicationWorld.Unit, volume), isIncrement ? points[^2] : null, points[^1], null, new Epoch(1));
        using var whole = new MemoryStream();
        Assert.IsTrue((await world.Nodes.Streams().SendAsync(step, whole, null, None)).IsOk);
        return (step, whole.ToArray());
    }

    private static async Task<Outcome<long>> WriteAsync(byte[] bytes, Stream output, CancellationToken cancellation)
    {
        await output.WriteAsync(bytes, cancellation);
        return (long)bytes.Length;
    }

    /// <summary>Gives nothing before it may.</summary>
    private sealed class GatedStream(byte[] bytes, Task gate) : MemoryStream(bytes, writable: false)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await gate;
            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}
