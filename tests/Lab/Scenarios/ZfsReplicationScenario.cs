using System.Globalization;
using NodeAgent.Lab.Checking;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>Replication of real ZFS datasets under write load, and what can go wrong on the receiver.</summary>
public sealed class ZfsReplicationScenario : ClusterScenario
{
    private const string Fast = "db";
    private const string Slow = "mail";
    private const int BlobMiB = 96;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CopyLimit = TimeSpan.FromSeconds(300);

    public override string Name => "zfs-replication";

    public override string About => "seed against bare zfs, 5 s and 60 s schedules under load: lag, cut stream, full receiver, absent receiver, lost writer";

    public override async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        await ReplicationFigures.SeedAsync(stage, () => CreateAsync(stage, "seed", "1h", cancel), "seed", cancel);
        await ReplicationFigures.IdleAsync(stage, cancel);
        await CreateAsync(stage, Slow, "60s", cancel, 3);
        await CreateAsync(stage, Fast, "5s", cancel, 2);
        using var slow = new WriteLedger(stage[1], FolderOf(Slow) + "/log");
        using var fast = new WriteLedger(stage[1], FolderOf(Fast) + "/log");
        await slow.StartAsync(TimeSpan.FromMilliseconds(200), cancel);
        await fast.StartAsync(TimeSpan.FromMilliseconds(100), cancel);
        await NextCopyAsync(stage[1], Fast, "node2", null, CopyLimit, cancel);
        await LagAsync(stage, cancel);
        await VerifyAsync(stage[1], stage[2], Fast, fast, cancel);
        await VerifyAsync(stage[1], stage[3], Slow, slow, cancel);

        await CutStreamAsync(stage, cancel);
        await FullReceiverAsync(stage, cancel);
        await AbsentReceiverAsync(stage, cancel);
        var again = await VerifyAsync(stage[1], stage[2], Fast, fast, cancel);
        stage.Note($"after all that the copy is whole up to record {again.Last} of {fast.Acknowledged}");
        await LostWriterAsync(stage, fast, slow, cancel);
    }

    /// <summary>Looks at both copies every second or so, for longer than the longer interval.</summary>
    private static async Task LagAsync(Stage stage, CancellationToken cancel)
    {
        List<double> fast = [], slow = [];
        await Patience.UntilAsync("the 60 s schedule has a copy", CopyLimit, cancel, async () =>
            (await StatusView.ReadAsync(stage[1], cancel)).Copy("tank:" + Slow, "node3")?.Age is not null, TimeSpan.FromSeconds(1));
        var until = stage.Seconds + 75;
        while (stage.Seconds < until)
        {
            var status = await StatusView.ReadAsync(stage[1], cancel);
            fast.Add(status.ExpectCopy("tank:" + Fast, "node2").Age?.TotalSeconds ?? 999);
            slow.Add(status.ExpectCopy("tank:" + Slow, "node3").Age?.TotalSeconds ?? 999);
            await Task.Delay(700, cancel);
        }

        stage.Note(string.Create(CultureInfo.InvariantCulture,
            $"lag under load, mean and largest: every 5 s {fast.Average():F1} and {fast.Max():F1} s, every 60 s {slow.Average():F1} and {slow.Max():F1} s ({fast.Count} looks)"));
        Stage.Require(fast.Max() < 40, $"a copy made every 5 s was {fast.Max():F0} s old");
        Stage.Require(slow.Max() < 125, $"a copy made every 60 s was {slow.Max():F0} s old");
    }

    /// <summary>The receiver's agent dies in the middle of a stream: what was received is not sent again.</summary>
    private static async Task CutStreamAsync(Stage stage, CancellationToken cancel)
    {
        var sentBytes = $"nodeagent_replication_sent_bytes_total{{unit=\"tank:{Fast}\",peer=\"node2\"}}";
        var sentBefore = await MetricAsync(stage[1], sentBytes, cancel);
        await FillAsync(stage[1], FolderOf(Fast) + "/blob", BlobMiB, cancel);
        long done = 0;
        await Patience.UntilAsync("a third of the stream is over", CopyLimit, cancel, async () =>
        {
            done = (await StatusView.ReadAsync(stage[1], cancel)).Copy("tank:" + Fast, "node2")?.StreamBytes ?? 0;
            return done > (BlobMiB << 20) / 3;
        }, TimeSpan.FromMilliseconds(100));
        var before = (await StatusView.ReadAsync(stage[1], cancel)).ExpectCopy("tank:" + Fast, "node2").Snapshot;
        await stage[2].ExpectAsync("systemctl kill -s KILL nodeagent", cancel: cancel);
        var token = await stage[2].ExpectAsync($"sleep 1; zfs get -H -o value receive_resume_token {DatasetOf(Fast)}", cancel: cancel);
        var (took, _) = await NextCopyAsync(stage[1], Fast, "node2", before, CopyLimit, cancel);
        var sent = (await MetricAsync(stage[1], sentBytes, cancel) - sentBefore) / (1 << 20);
        stage.Note(string.Create(CultureInfo.InvariantCulture,
            $"stream of {BlobMiB} MiB cut after {done >> 20} MiB by kill -9 of the receiver: complete {took.TotalSeconds:F0} s later, {sent:F0} MiB sent in all"));
        Stage.Require(token.Length > 20, "the cut stream left no resume token, so nothing could be resumed");
        Stage.Require(sent < BlobMiB * 1.6, $"{sent:F0} MiB were sent for {BlobMiB} MiB: it began again instead of going on");
    }

    private static async Task FullReceiverAsync(Stage stage, CancellationToken cancel)
    {
        var before = (await StatusView.ReadAsync(stage[1], cancel)).ExpectCopy("tank:" + Fast, "node2").Snapshot;
        await stage[2].ExpectAsync(
            "zfs create tank/filler && zfs set reservation=$(( $(zfs get -H -p -o value available tank) - 16777216 )) tank/filler", cancel: cancel);
        await FillAsync(stage[1], FolderOf(Fast) + "/blob2", 64, cancel);
        string? told = null;
        await Patience.UntilAsync("status tells that the receiver is full", CopyLimit, cancel, async () =>
        {
            told = (await StatusView.ReadAsync(stage[1], cancel)).Copy("tank:" + Fast, "node2")?.Problem;
            return told is not null && (told.Contains("space", StringComparison.OrdinalIgnoreCase) || told.Contains("full", StringComparison.OrdinalIgnoreCase));
        }, TimeSpan.FromSeconds(1));
        stage.Note($"receiver full: \"{told}\"");
        await stage[2].ExpectAsync("zfs destroy tank/filler", cancel: cancel);
        var (took, _) = await NextCopyAsync(stage[1], Fast, "node2", before, CopyLimit, cancel);
        stage.Note(string.Create(CultureInfo.InvariantCulture, $"room again: copied {took.TotalSeconds:F0} s later by itself"));
    }

    private static async Task AbsentReceiverAsync(Stage stage, CancellationToken cancel)
    {
        await stage[2].ExpectAsync("systemctl stop nodeagent", CommandLimit, cancel);
        var before = (await StatusView.ReadAsync(stage[1], cancel)).Copy("tank:" + Fast, "node2")?.Snapshot;
        await Task.Delay(Every * 10, cancel);
        var most = await SnapshotsAsync(stage[1], cancel);
        await stage[2].ExpectAsync("systemctl start nodeagent", CommandLimit, cancel);
        var (took, _) = await NextCopyAsync(stage[1], Fast, "node2", before, CopyLimit, cancel);
        // One more cycle, so that both sides have let go of what they may.
        await Task.Delay(Every * 2, cancel);
        var here = await SnapshotsAsync(stage[1], cancel);
        var there = await SnapshotsAsync(stage[2], cancel);
        stage.Note(string.Create(CultureInfo.InvariantCulture,
            $"receiver away for ten intervals: newest copied {took.TotalSeconds:F0} s after its return; snapshots on the writer {most.Count} while it was away and {here.Count} after, on the copy {there.Count}"));
        Stage.Require(most.Count <= 5 && here.Count <= 5, $"the writer keeps {Math.Max(most.Count, here.Count)} snapshots");
        Stage.Require(there.Count <= 6, $"the copy keeps {there.Count} snapshots");
        // Skipped to the newest: the numbers on the copy have a gap.
        var numbers = there.Select(name => int.Parse(name.Split('-')[^1], CultureInfo.InvariantCulture)).Order().ToList();
        Stage.Require(numbers.Zip(numbers.Skip(1)).Any(pair => pair.Second - pair.First > 2), $"nothing was skipped: {string.Join(' ', there)}");
    }

    private static async Task<IReadOnlyList<string>> SnapshotsAsync(LabNode node, CancellationToken cancel) =>
        (await node.ExpectAsync($"zfs list -H -o name -t snapshot {DatasetOf(Fast)}", cancel: cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static async Task LostWriterAsync(Stage stage, WriteLedger fast, WriteLedger slow, CancellationToken cancel)
    {
        await NextCopyAsync(stage[1], Fast, "node2", null, CopyLimit, cancel);
        stage[1].PowerCut();
        await Task.Delay(TimeSpan.FromSeconds(2), cancel);
        var state = await VerifyAsync(stage[1], stage[2], Fast, fast, cancel);
        var other = await VerifyAsync(stage[1], stage[3], Slow, slow, cancel);
        stage.Acknowledged = fast.Acknowledged;
        stage.Lost = Math.Max(0, fast.Acknowledged - state.Last);
        stage.RpoSeconds = Math.Max(0, (fast.LastAcknowledgedAt - state.LastWrittenAt).TotalSeconds);
        stage.Note(string.Create(CultureInfo.InvariantCulture,
            $"writer lost: the 5 s copy is {stage.RpoSeconds:F1} s old, the 60 s copy {(slow.LastAcknowledgedAt - other.LastWrittenAt).TotalSeconds:F1} s; both whole (asynchronous: lost is what came after the snapshot)"));
        Stage.Require(stage.RpoSeconds < 40, $"the copy is {stage.RpoSeconds:F1} s behind at an interval of {Every.TotalSeconds} s");
    }
}
