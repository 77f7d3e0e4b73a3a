using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins;
using NodeAgent.Tests.Daemon.Plugins.Yard;

namespace NodeAgent.Tests.Daemon.Plugins.Guarding;

[TestClass]
public sealed class GuardedStreamTests
{
    private static readonly BackendId Tank = new("tank");

    private static readonly VolumeId Volume = new(new UnitId(Tank, "u"), "v");

    private static readonly StreamStep Step = new(
        Volume, null, new HistoryPoint("s", "g", 1, default, false), null, Epoch.None);

    [TestMethod]
    public async Task Bytes_pass_to_the_host_and_back()
    {
        using var yard = new PluginYard();
        yard.Install(Streams(send: "await output.WriteAsync(new byte[] { 1, 2, 3 }, cancellation); return 3L;"));
        await using var host = await yard.StartAsync();
        using var target = new MemoryStream();
        var outcome = await Of(host).SendAsync(Step, target, null, CancellationToken.None);
        Assert.AreEqual(3, outcome.Value);
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, target.ToArray());
    }

    [TestMethod]
    public async Task A_stream_that_stands_still_is_stopped()
    {
        using var yard = new PluginYard();
        yard.Install(Streams(send: "await Until<long>(cancellation); return 0L;"));
        await using var host = await yard.StartAsync();
        var outcome = await yard.RunAsync(Of(host).SendAsync(Step, Stream.Null, null, CancellationToken.None));
        Assert.AreEqual(FaultCode.TimedOut, outcome.Fault!.Code);
    }

    [TestMethod]
    public async Task A_peer_that_breaks_off_is_not_the_plugins_fault()
    {
        using var yard = new PluginYard();
        yard.Install(Streams(send: "await output.WriteAsync(new byte[] { 1 }, cancellation); return 1L;"));
        await using var host = await yard.StartAsync();
        var outcome = await Of(host).SendAsync(Step, new BrokenStream(), null, CancellationToken.None);
        Assert.AreEqual(FaultCode.PeerUnavailable, outcome.Fault!.Code);
        Assert.AreEqual(PluginState.Ready, host.Backends[0].State);
    }

    [TestMethod]
    public async Task A_plugin_that_was_left_behind_can_no_longer_write_to_the_peer()
    {
        using var yard = new PluginYard();
        yard.Install(Streams(
            send: "await Say(Until2(gate.Task)); try { output.WriteByte(9); } catch (ObjectDisposedException) { context.Log.Write(Severity.Debug, \"refused\"); } return 0L;",
            members: """
                private readonly TaskCompletionSource gate = new();
                private async Task<Outcome<bool>> Until2(Task until) { await until; return true; }
                private Task<Outcome<Volume>> Open(VolumeId id) { gate.SetResult(); return Good(new Volume(id, VolumeKind.Block, 1, null, null)); }
                """) with { Get = "Open(volume)" });
        await using var host = await yard.StartAsync();
        using var target = new MemoryStream();
        var outcome = await yard.RunAsync(Of(host).SendAsync(Step, target, null, CancellationToken.None));
        Assert.AreEqual(FaultCode.TimedOut, outcome.Fault!.Code);
        await yard.Log.LineAsync();
        await host.Backend(Tank)!.Ability<IVolumes>()!.GetAsync(Volume, CancellationToken.None);
        await yard.Log.LineAsync();
        Assert.AreEqual(0, target.Length);
    }

    [TestMethod]
    public async Task A_volume_is_read_through_the_guard_and_what_breaks_is_an_io_exception()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture
        {
            BackendBase = ", IChangedExtents",
            BackendMembers = """
                public Task<Outcome<IReadOnlyList<Extent>>> ListAsync(VolumeId volume, string? from, string to, CancellationToken cancellation) =>
                    Good<IReadOnlyList<Extent>>([new Extent(0, 4, false)]);
                public Task<Outcome<Stream>> OpenAsync(VolumeId volume, string snapshot, CancellationToken cancellation) =>
                    Good<Stream>(snapshot == "bad" ? new Bad() : new MemoryStream([1, 2, 3, 4]));
                """,
            Types = "public sealed class Bad : MemoryStream { public Bad() : base(new byte[4]) {} public override ValueTask<int> ReadAsync(Memory<byte> b, CancellationToken c = default) => throw new InvalidOperationException(\"bug\"); }",
        });
        await using var host = await yard.StartAsync();
        var extents = host.Backend(Tank)!.Ability<IChangedExtents>()!;
        await using (var good = (await extents.OpenAsync(Volume, "s", CancellationToken.None)).Value)
        {
            var buffer = new byte[2];
            good.Position = 2;
            Assert.AreEqual(4, good.Length);
            Assert.AreEqual(2, await good.ReadAsync(buffer));
            CollectionAssert.AreEqual(new byte[] { 3, 4 }, buffer);
            Assert.AreEqual(0, await good.ReadAsync(buffer));
        }

        await using var bad = (await extents.OpenAsync(Volume, "bad", CancellationToken.None)).Value;
        var failure = await Assert.ThrowsAsync<IOException>(async () => await bad.ReadExactlyAsync(new byte[2]));
        Assert.Contains("bug", failure.Message);
        Assert.AreEqual(PluginState.Degraded, host.Backends[0].State);
    }

    private static IReplicationStreams Of(PluginHost host) => host.Backend(Tank)!.Ability<IReplicationStreams>()!;

    private static Fixture Streams(string send, string members = "") => new()
    {
        BackendBase = ", IReplicationStreams",
        BackendMembers = $$"""
            public string Format => "f";
            public async Task<Outcome<long>> SendAsync(StreamStep step, Stream output, IProgress<OperationProgress>? progress, CancellationToken cancellation) { {{send}} }
            public Task<Outcome<CopyHistory>> ReadHistoryAsync(UnitId unit, CancellationToken cancellation) => throw new NotSupportedException();
            public Task<Outcome<IReadOnlyList<UnitChange>>> ReadChangesAsync(IReadOnlyList<UnitId> units, CancellationToken cancellation) => throw new NotSupportedException();
            public Task<Outcome<StreamEstimate>> EstimateAsync(StreamStep step, CancellationToken cancellation) => throw new NotSupportedException();
            public Task<Outcome<Receipt>> ReceiveAsync(StreamStep step, Stream input, IProgress<OperationProgress>? progress, CancellationToken cancellation) => throw new NotSupportedException();
            public Task<Outcome> DiscardPartialAsync(VolumeId volume, CancellationToken cancellation) => throw new NotSupportedException();
            public Task<Outcome> AnchorAsync(SnapshotId snapshot, NodeId peer, CancellationToken cancellation) => throw new NotSupportedException();
            public Task<Outcome> ForgetAnchorAsync(UnitId unit, NodeId peer, CancellationToken cancellation) => throw new NotSupportedException();
            {{members}}
            """,
    };

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("connection reset");
    }
}
