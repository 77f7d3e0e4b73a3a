using NodeAgent.Lab.Checking;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>One of two replication networks dies in the middle of a stream and comes back; then the other.</summary>
public sealed class OnePathLossScenario : ClusterScenario
{
    private const string Unit = "db";
    private const int StreamMiB = 96;
    private static readonly TimeSpan CopyLimit = TimeSpan.FromSeconds(150);

    public override string Name => "one-path-loss";

    public override string About => "the network of a running stream is cut: it goes on over the other; status shows the path; then the other one";

    public override async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        await CreateAsync(stage, Unit, "5s", cancel, 2);
        using var ledger = new WriteLedger(stage[1], FolderOf(Unit) + "/log");
        await ledger.StartAsync(TimeSpan.FromMilliseconds(100), cancel);
        foreach (var (lost, network, other) in new[] { (Link.ReplicationA, "repl-a", "repl-b"), (Link.ReplicationB, "repl-b", "repl-a") })
        {
            await NextCopyAsync(stage[1], Unit, "node2", null, CopyLimit, cancel);
            await CutDuringStreamAsync(stage, lost, network, other, cancel);
        }

        var state = await VerifyAsync(stage[1], stage[2], Unit, ledger, cancel);
        stage.Note($"the copy is whole up to record {state.Last} of {ledger.Acknowledged}");
        await ledger.StopAsync(cancel);
        await stage[1].ExpectAsync($"nodeagent replication run {Unit}", CommandLimit, cancel);
        state = await VerifyAsync(stage[1], stage[2], Unit, ledger, cancel);
        stage.Acknowledged = ledger.Acknowledged;
        stage.Lost = Math.Max(0, ledger.Acknowledged - state.Last);
        stage.RpoSeconds = 0;
        Stage.Require(stage.Lost == 0, $"after a last cycle the copy misses {stage.Lost} acknowledged records");
    }

    private static async Task CutDuringStreamAsync(Stage stage, Link lost, string network, string other, CancellationToken cancel)
    {
        await FillAsync(stage[1], FolderOf(Unit) + "/blob", StreamMiB, cancel);
        await Patience.UntilAsync("a stream runs", CopyLimit, cancel, async () =>
            (await StatusView.ReadAsync(stage[1], cancel)).Copy("tank:" + Unit, "node2") is { StreamBytes: > 2 << 20 }, TimeSpan.FromMilliseconds(100));
        var before = (await StatusView.ReadAsync(stage[1], cancel)).ExpectCopy("tank:" + Unit, "node2").Snapshot;
        var cut = stage.Seconds;
        await stage[2].CutLinkAsync(lost, cancel);
        var shown = await Patience.UntilAsync($"status shows {network} as down", TimeSpan.FromSeconds(60), cancel, async () =>
        {
            var status = await StatusView.ReadAsync(stage[1], cancel);
            return status.PathIsUp("node2", network) == false
                && status.Problems.Any(text => text.Contains($"path {network} to node2", StringComparison.Ordinal));
        }, TimeSpan.FromMilliseconds(500));
        await NextCopyAsync(stage[1], Unit, "node2", before, CopyLimit, cancel);
        stage.Note($"{network} cut in a stream: status shows it after {shown.TotalSeconds:F0} s, the copy is there over {other} after {stage.Seconds - cut:F0} s");
        await stage[2].RestoreLinkAsync(lost, cancel);
        var back = await Patience.UntilAsync($"status shows {network} as up", TimeSpan.FromSeconds(60), cancel, async () =>
        {
            var status = await StatusView.ReadAsync(stage[1], cancel);
            return status.PathIsUp("node2", network) == true && !status.Problems.Any(text => text.Contains($"path {network}", StringComparison.Ordinal));
        }, TimeSpan.FromMilliseconds(500));
        stage.Note($"{network} back: shown after {back.TotalSeconds:F0} s");
    }
}
