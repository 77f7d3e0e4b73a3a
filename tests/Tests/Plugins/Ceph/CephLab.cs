using NodeAgent.Conformance;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>Ceph backends for tests, over a real cluster.</summary>
internal static class CephLab
{
    public static ConformanceSubject Subject(string scratch, CephCluster cluster) => new()
    {
        Name = "ceph",
        ScratchFolder = scratch,
        OpenAsync = (seat, _) => Task.FromResult(new CephBackendFactory().Create(
            Context(cluster, seat.Node.Value, seat.Backend.Value, seat.StateDirectory, seat.Storage == "a" ? "hot" : "cold"))),
        OpenBlockAsync = async (backend, volume, _, cancellation) =>
            await ((CephStorage)backend).OpenHeldAsync(volume.Id, cancellation) is { IsOk: true } opened
                ? opened.Value
                : throw new IOException($"{volume.Id} is not held"),
    };

    public static CephStorage Open(CephCluster cluster, string node = "n1", string pool = "hot", TimeProvider? time = null, int patience = 10, string backend = "ceph") =>
        (CephStorage)new CephBackendFactory().Create(Context(cluster, node, backend, "/nowhere", pool, time, patience)).Value;

    public static BackendContext Context(
        CephCluster cluster, string node, string backend, string state, string pool, TimeProvider? time = null, int patience = 10)
    {
        var options = new Dictionary<string, string>
        {
            ["conf"] = cluster.Configuration, ["pool"] = pool, ["open"] = "library", ["patience"] = $"{patience}",
        };
        if (pool == "cold")
        {
            options["data-pool"] = "cold-data";
        }

        return new BackendContext(
            new BackendId(backend), new NodeId(node), options, state, new NoCommands(), time ?? TimeProvider.System, new NoLog());
    }

    public static UnitId Unit(string name, string backend = "ceph") => new(new BackendId(backend), name);

    public static WriteGrant Grant(UnitId unit, long epoch = 1, string node = "n1") => new(unit, new Epoch(epoch), new NodeId(node), Instant.Never);

    /// <summary>A unit with one volume, held by this node.</summary>
    public static async Task<VolumeId> MakeAsync(CephStorage storage, UnitId unit, long bytes = 8 << 20, long epoch = 1, string node = "n1")
    {
        var volume = new VolumeId(unit, "data");
        var made = await storage.Ability<IVolumes>()!.CreateAsync(
            new VolumeSpec(volume, VolumeKind.Block, bytes), Grant(unit, epoch, node), CancellationToken.None);
        Assert.IsTrue(made.IsOk, $"{made.Fault}");
        return volume;
    }

    public static async Task WriteAsync(CephStorage storage, VolumeId volume, long offset, byte[] bytes)
    {
        var opened = await storage.OpenHeldAsync(volume, CancellationToken.None);
        Assert.IsTrue(opened.IsOk, $"{opened.Fault}");
        await using var stream = opened.Value;
        stream.Position = offset;
        await stream.WriteAsync(bytes);
        await stream.FlushAsync();
    }

    private sealed class NoCommands : ICommands
    {
        public Task<Outcome<CommandResult>> RunAsync(Command command, CancellationToken cancellation) =>
            throw new InvalidOperationException("The Ceph backend runs no programs.");

        public IAsyncEnumerable<string> FollowAsync(Command command, CancellationToken cancellation) =>
            throw new InvalidOperationException("The Ceph backend runs no programs.");
    }

    private sealed class NoLog : IBackendLog
    {
        public void Write(Severity severity, string message)
        {
        }
    }
}
