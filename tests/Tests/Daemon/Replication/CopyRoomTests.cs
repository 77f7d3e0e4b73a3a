using NodeAgent.Contract;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Units;
using NodeAgent.Tests.Daemon.Units;

namespace NodeAgent.Tests.Daemon.Replication;

[TestClass]
public sealed class CopyRoomTests
{
    private const long MiB = 1024 * 1024;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly HistoryPoint Point = new("na-1-1", "7", 1, DateTimeOffset.UnixEpoch, false);

    [TestMethod]
    [DataRow(100, 99, true, false, true, DisplayName = "a whole volume that does not fit")]
    [DataRow(100, 100, true, false, false, DisplayName = "a whole volume that fits")]
    [DataRow(100, 99, false, false, true, DisplayName = "a large increment that does not fit")]
    [DataRow(10, 9, false, false, false, DisplayName = "a small increment is not looked at")]
    [DataRow(100, 99, true, true, false, DisplayName = "the rest of a broken stream is not looked at")]
    [DataRow(100, -1, true, false, false, DisplayName = "nobody can say how much is left")]
    public async Task A_stream_for_which_there_is_no_room_is_refused_before_it_comes(int needs, int left, bool isWhole, bool isRest, bool isRefused)
    {
        await using var world = await OrderWorld.StartAsync();
        var backend = ReplicatedBackend.From(ReplicationWorld.Unit.Backend, world.Nodes.Backend("n2"))! with { Pools = new Room(left < 0 ? null : left * MiB) };
        var step = new StreamStep(new VolumeId(ReplicationWorld.Unit, "data"), isWhole ? null : Point, Point, isRest ? "token" : null, new Epoch(1));
        var refused = await CopyRoom.RefusesAsync(backend, new StreamOffer(step, 1, needs * MiB), new NodeId("n2"), None);
        Assert.AreEqual(isRefused, refused is not null);
        if (refused is not null)
        {
            Assert.AreEqual(FaultCode.OutOfSpace, refused.Code);
            StringAssert.Contains(refused.Why, "it takes about 100 MiB, and tank there has 99 MiB left; nothing was changed");
            StringAssert.Contains(refused.NextStep, "nodeagent replication set");
        }
    }

    [TestMethod]
    public async Task A_seed_without_room_changes_nothing_and_is_taken_once_there_is_some()
    {
        await using var world = await OrderWorld.StartAsync();
        Assert.IsTrue((await world.Volumes.CreateAsync(OrderWorld.Order("new"), None)).IsOk);
        Assert.IsTrue((await world.Nodes.Snapshots().CreateAsync(new SnapshotId(ReplicationWorld.Unit, "now"), world.Nodes.Grant, None)).IsOk);
        var point = (await world.Nodes.Streams().ReadHistoryAsync(ReplicationWorld.Unit, None)).Value.Volumes.First(volume => volume.Volume == "new").Points[^1];
        var step = new StreamStep(new VolumeId(ReplicationWorld.Unit, "new"), null, point, null, new Epoch(1));
        using var whole = new MemoryStream();
        Assert.IsTrue((await world.Nodes.Streams().SendAsync(step, whole, null, None)).IsOk);
        var room = new Room(10);
        var registry = UnitRegistry.Load(Directory.CreateTempSubdirectory("nodeagent-room-").FullName).Value;
        var copies = new LocalCopies(new NodeId("n2"), registry, id => ReplicatedBackend.From(id, world.Nodes.Backend("n2"))! with { Pools = room });
        Assert.IsTrue((await copies.PrepareAsync(world.Nodes.Record, ReplicationWorld.Writer, None)).IsOk);

        whole.Position = 0;
        var refused = await copies.ReceiveAsync(new StreamOffer(step, null, 11), ReplicationWorld.Writer, whole, null, None);
        Assert.AreEqual(FaultCode.OutOfSpace, refused.Fault?.Code, refused.Fault?.ToString());
        Assert.AreEqual(0, whole.Position, "bytes were taken");
        Assert.DoesNotContain("new", (await world.Nodes.Streams("n2").ReadHistoryAsync(ReplicationWorld.Unit, None)).Value.Volumes.Select(volume => volume.Volume));

        room.Available = 11;
        var taken = await copies.ReceiveAsync(new StreamOffer(step, null, 11), ReplicationWorld.Writer, whole, null, None);
        Assert.IsTrue(taken.IsOk, taken.Fault?.ToString());
    }

    private sealed class Room(long? available) : IPools
    {
        public long? Available { get; set; } = available;

        public Task<Outcome<IReadOnlyList<PoolReport>>> ListPoolsAsync(CancellationToken cancellation) =>
            Task.FromResult(new Outcome<IReadOnlyList<PoolReport>>([new PoolReport("tank", HealthLevel.Ok, null, Available, null, [], "ONLINE")]));
    }
}
