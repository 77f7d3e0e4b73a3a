using System.Security.Cryptography;
using NodeAgent.Bench.Agents;
using NodeAgent.Bench.Measures;
using NodeAgent.Bench.Running;
using NodeAgent.Contract;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Bench.Benchmarks;

/// <summary>
/// A volume of the Directory backend, whole and then what changed, between two real agents over their link. The peer
/// copies the same bytes over plain TCP into a file and syncs it: no snapshot, no check, no encryption. Where the file
/// system cannot share blocks, each snapshot is a whole copy on both sides, and that is in the figures.
/// </summary>
internal sealed class DirectoryReplication : IBenchmark
{
    private const int Size = 256 * 1024 * 1024;
    private const int Changed = 64 * 1024 * 1024;
    private const int Block = 64 * 1024;
    private const double LeastRate = 50;

    public string Name => "directory-replication";

    public async Task<IReadOnlyList<Figure>> RunAsync(Action<string> say)
    {
        using var folder = new WorkFolder();
        await using var writer = await AgentProcess.StartAsync(folder.Path, 1);
        await using var keeper = await AgentProcess.StartAsync(folder.Path, 2);
        await AgentProcess.JoinAsync(writer, keeper);
        var volume = AgentProcess.Good(await writer.Client.PostAsync<VolumeReport>(
            "v1/volumes",
            new VolumeOrder(null, "db", "data", VolumeKind.Block, Size, "", new Dictionary<string, string>(), null, 3600),
            CancellationToken.None));
        var path = volume.Path ?? throw new CannotRunException("the volume has no path");
        await FillAsync(path, Size, Size);
        var full = await Repeat.SecondsAsync(() => BeginAsync(writer));
        say($"full copy: {full:0.0} s");
        var increments = new List<double>();
        for (var round = 0; round < 3; round++)
        {
            await FillAsync(path, Size, Changed);
            increments.Add(await Repeat.SecondsAsync(() => RunAsync(writer)));
        }

        var increment = Repeat.Median(increments);
        var peerFull = await PlainCopy.MedianSecondsAsync(path, folder["plain"], Size);
        var peerIncrement = await PlainCopy.MedianSecondsAsync(path, folder["plain"], Changed);
        var rate = Size / 1e6 / full;
        return
        [
            Beside("full", full, peerFull) with { Bar = Bar.AtLeast(rate, LeastRate, "MB/s") },
            Beside("increment", increment, peerIncrement) with { Bar = Bar.AtMost(increment, full, "s, the full copy") },
            Figure.Alone($"{Name}.full-rate", rate, "MB/s"),
        ];
    }

    private Figure Beside(string part, double seconds, double peer) =>
        Figure.Beside($"{Name}.{part}", seconds, "s", "the same bytes over TCP, fsync", peer);

    /// <summary>Names the copy, which begins the first cycle at once, and waits until it is there.</summary>
    private static async Task BeginAsync(AgentProcess writer)
    {
        AgentProcess.Good(await writer.Client.PostAsync<DoneReport>(
            "v1/replication/set", new ReplicationOrder("db", ["n2"], null, null, null, null), CancellationToken.None));
        while (AgentProcess.Good(await writer.Client.GetAsync<ClusterStatus>("v1/status", CancellationToken.None))
            .Units.All(unit => unit.Copies.All(copy => copy.Snapshot is null)))
        {
            await Task.Delay(20);
        }
    }

    private static async Task RunAsync(AgentProcess writer) => AgentProcess.Good(
        await writer.Client.PostAsync<DoneReport>("v1/replication/run", new { Unit = "db" }, CancellationToken.None));

    /// <summary>Writes random bytes in blocks that are spread over the file.</summary>
    private static async Task FillAsync(string path, long size, long changed)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        for (long done = 0; done < changed; done += Block)
        {
            file.Position = done * (size / changed);
            await file.WriteAsync(RandomNumberGenerator.GetBytes(Block));
        }

        file.Flush(flushToDisk: true);
    }
}
