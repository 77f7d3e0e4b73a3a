using System.Text.Json;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>What the replication scenarios share: a cluster with a pool each, a volume, and the view of status.</summary>
public abstract class ReplicationScenario : PackageScenario
{
    protected const string Volume = "db/data";

    protected static readonly TimeSpan CommandLimit = TimeSpan.FromMinutes(3);

    protected static async Task PrepareAsync(Stage stage, string every, CancellationToken cancel)
    {
        IReadOnlyList<LabNode> nodes = [stage[1], stage[2]];
        await Task.WhenAll(nodes.Select(node => node.ExpectAsync(Pools.Create("tank", node, string.Empty, 1, 2), cancel: cancel)));
        await FormClusterAsync(stage, nodes, cancel);
        await stage[1].ExpectAsync(
            $"nodeagent volume create {Volume} --backend tank --size 1GiB --kind filesystem --replicate-to {stage[2].Name} --every {every}",
            CommandLimit, cancel);
    }

    /// <summary>Where the volume is mounted or found, as ZFS says.</summary>
    protected static async Task<string> MountAsync(LabNode node, CancellationToken cancel) =>
        await node.ExpectAsync($"zfs list -H -o mountpoint -t filesystem | grep -F {Shell.Quote(Volume)} | head -n1", cancel: cancel);

    protected static async Task<JsonElement> StatusAsync(LabNode node, CancellationToken cancel)
    {
        var text = await node.ExpectAsync("nodeagent status -o json", CommandLimit, cancel);
        using var parsed = JsonDocument.Parse(text);
        return parsed.RootElement.Clone();
    }

    /// <summary>The newest snapshot that both sides have, by GUID; null if none.</summary>
    protected static async Task<string?> CommonAsync(Stage stage, CancellationToken cancel)
    {
        const string Guids = $"zfs list -H -o guid,name -s createtxg -t snapshot | grep -F {Volume}@ | cut -f1";
        var here = (await stage[1].ExpectAsync(Guids, cancel: cancel)).Split('\n');
        var there = (await stage[2].RunAsync(Guids, cancel: cancel)).Output.Split('\n').ToHashSet(StringComparer.Ordinal);
        return here.LastOrDefault(guid => guid.Length > 0 && there.Contains(guid));
    }

    /// <summary>Waits until both sides share a snapshot newer than the one given.</summary>
    protected static async Task<TimeSpan> NextCopyAsync(Stage stage, string? after, TimeSpan limit, CancellationToken cancel) =>
        await Patience.UntilAsync("a newer common snapshot", limit, cancel, async () => await CommonAsync(stage, cancel) is { } guid && guid != after, TimeSpan.FromSeconds(1));
}
