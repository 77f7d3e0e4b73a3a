using System.Globalization;
using NodeAgent.Lab.Checking;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>A scenario on three nodes that are a cluster already, each with the pool "tank" as a ZFS backend.</summary>
public abstract class ClusterScenario : PackageScenario
{
    protected static readonly TimeSpan CommandLimit = TimeSpan.FromMinutes(3);

    public override int Nodes => 3;

    public override async Task TakeNodesAsync(Stage stage, CancellationToken cancel)
    {
        await stage.Cluster.UpPreparedAsync(
            Nodes, Formation.LayerOf(stage.Package!), nodes => Formation.FormAsync(stage.Package!, nodes, cancel), cancel);
        // Certificates, links and clocks after a leap in time: the cluster must find itself again first.
        await Patience.UntilAsync("the restored cluster sees all its members", TimeSpan.FromMinutes(2), cancel, async () =>
            await StatusView.TryReadAsync(stage[1], cancel) is { Problems.Count: 0 }, TimeSpan.FromSeconds(1));
    }

    /// <summary>A unit with the filesystem "data", written on node 1.</summary>
    protected static async Task CreateAsync(Stage stage, string unit, string every, CancellationToken cancel, params int[] copies)
    {
        var to = string.Join(',', copies.Select(number => $"node{number}"));
        await stage[1].ExpectAsync(
            $"nodeagent volume create {unit}/data --backend tank --kind filesystem --size 1536MiB" + (copies.Length == 0 ? string.Empty : $" --replicate-to {to} --every {every}"),
            CommandLimit, cancel);
    }

    protected static string DatasetOf(string unit) => $"tank/nodeagent/{unit}/data";

    protected static string FolderOf(string unit) => $"/nodeagent/tank/{unit}/data";

    /// <summary>Writes so many MiB that compress badly, and waits until they are on disk.</summary>
    protected static async Task FillAsync(LabNode node, string file, int mib, CancellationToken cancel) =>
        await node.ExpectAsync(
            $"[ -f /run/block ] || dd if=/dev/urandom of=/run/block bs=1M count=4 status=none; "
            + $"for i in $(seq {(mib / 4).ToString(CultureInfo.InvariantCulture)}); do cat /run/block || exit 1; done > {file} && sync {file}",
            TimeSpan.FromMinutes(4), cancel);

    /// <summary>Waits until a copy has a snapshot other than the one given, and no problem.</summary>
    protected static async Task<(TimeSpan Took, CopyView Copy)> NextCopyAsync(
        LabNode asked, string unit, string on, string? after, TimeSpan limit, CancellationToken cancel)
    {
        CopyView? seen = null;
        try
        {
            var took = await Patience.UntilAsync($"a newer copy of {unit} on {on}", limit, cancel, async () =>
            {
                seen = (await StatusView.TryReadAsync(asked, cancel))?.Copy("tank:" + unit, on);
                return seen is { Snapshot: { } snapshot, Problem: null } && snapshot != after;
            }, TimeSpan.FromMilliseconds(500));
            return (took, seen!);
        }
        catch (LabFailure late)
        {
            throw new LabFailure($"{late.Message}; last seen: {seen}", late);
        }
    }

    /// <summary>A counter or gauge of a node's agent; 0 if it has none.</summary>
    protected static async Task<double> MetricAsync(LabNode node, string series, CancellationToken cancel)
    {
        var text = await node.ExpectAsync(
            $"curl -sf --max-time 30 http://{node.Address(Link.Management)}:9440/metrics | grep -F {Shell.Quote(series + " ")} | cut -d' ' -f2 | head -n1; true", cancel: cancel);
        return text.Length == 0 ? 0 : double.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Reads the newest snapshot of a copy, mounted read-only and held so that retention leaves it alone, and compares
    /// it with what the writer had acknowledged when the snapshot was taken.
    /// </summary>
    protected static async Task<CopyState> VerifyAsync(
        LabNode writer, LabNode copy, string unit, WriteLedger ledger, CancellationToken cancel)
    {
        const string Newest = "zfs list -H -o name -t snapshot -s createtxg {0} | tail -n1";
        var list = string.Format(CultureInfo.InvariantCulture, Newest, DatasetOf(unit));
        var told = await copy.ExpectAsync(
            $"for i in 1 2 3 4 5; do s=$({list}) && zfs hold lab $s && break; done && mkdir -p /mnt/lab && mount -t zfs -o ro $s /mnt/lab && echo $s && zfs get -H -p -o value io.nodeagent:taken $s",
            CommandLimit, cancel);
        var lines = told.Split('\n');
        var taken = lines[1] == "-" ? 0 : long.Parse(lines[1], CultureInfo.InvariantCulture) / 1000.0;
        try
        {
            var state = await ledger.ReadAsync(copy, "/mnt/lab/log", cancel);
            Stage.Require(state.Corrupt.Count == 0 && state.Beyond == 0, $"{lines[0]} on {copy.Name} is damaged: {state}");
            if (writer.IsRunning && taken > 0)
            {
                // A record was acknowledged before its successor was begun.
                var due = await ledger.AcknowledgedBeforeAsync(writer, FolderOf(unit) + "/log", taken, cancel);
                Stage.Require(state.Last >= due, $"{lines[0]} on {copy.Name} ends at record {state.Last}, but {due} were acknowledged when it was taken");
            }

            return state;
        }
        finally
        {
            await copy.ExpectAsync($"umount /mnt/lab; zfs release lab {lines[0]}", CommandLimit, cancel);
        }
    }
}
