using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using NodeAgent.Lab.Checking;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>The writer of a unit is moved to another node and back, and once more with its agent killed on the way.</summary>
public sealed class SwitchoverScenario : ClusterScenario
{
    private const string Unit = "db";
    private static readonly TimeSpan CopyLimit = TimeSpan.FromSeconds(150);

    public override string Name => "switchover";

    public override string About => "planned moves of a writer under write load, there, back, and with a kill on the way: every acknowledged record is there, never two writers";

    public override async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        await CreateAsync(stage, Unit, "5s", cancel, 2, 3);
        using var first = new WriteLedger(stage[1], FolderOf(Unit) + "/log");
        await first.StartAsync(TimeSpan.FromMilliseconds(20), cancel);
        await NextCopyAsync(stage[1], Unit, "node2", null, CopyLimit, cancel);
        await NextCopyAsync(stage[1], Unit, "node3", null, CopyLimit, cancel);
        await RefusedAsync(stage, first, cancel);
        await first.StopAsync(cancel);
        stage.SecondWriter = false;

        stage.RtoSeconds = await MoveAsync(stage, 1, 2, cancel);
        var verdict = await first.CompareAsync(stage[2], FolderOf(Unit) + "/log", cancel);
        Stage.Require(verdict is { Lost: 0, Corrupt: 0 }, $"node2 misses {verdict.Lost} acknowledged records, {verdict.Corrupt} are damaged");

        using var second = new WriteLedger(stage[2], FolderOf(Unit) + "/log2");
        await second.StartAsync(TimeSpan.FromMilliseconds(20), cancel);
        await Task.Delay(TimeSpan.FromSeconds(8), cancel);
        await second.StopAsync(cancel);
        stage.Note($"{second.Acknowledged} records written on node2 after the move");

        await MoveAsync(stage, 2, 1, cancel);
        await BothThereAsync(stage, 1, first, second, cancel);
        var writer = await KilledAsync(stage, cancel);
        await BothThereAsync(stage, writer, first, second, cancel);
        stage.Acknowledged = first.Acknowledged + second.Acknowledged;
        stage.Lost = 0;
        stage.RpoSeconds = 0;
    }

    /// <summary>A unit that is in use stays where it is, and its writer is not disturbed.</summary>
    private static async Task RefusedAsync(Stage stage, WriteLedger ledger, CancellationToken cancel)
    {
        var told = await stage[1].RunAsync($"nodeagent switchover {Unit} --to node2", CommandLimit, cancel);
        Stage.Require(!told.Ok, "a unit that is being written to was moved");
        var before = ledger.Acknowledged;
        await Patience.UntilAsync("the writer goes on after the refusal", TimeSpan.FromSeconds(30), cancel, () => Task.FromResult(ledger.Acknowledged > before + 10));
        stage.Note($"refused while in use: {(told.Output + told.Errors).ReplaceLineEndings(" ").Trim()}");
    }

    private static async Task<double> MoveAsync(Stage stage, int from, int to, CancellationToken cancel)
    {
        var told = await stage[from].ExpectAsync($"nodeagent switchover {Unit} --to node{to} -o json", CommandLimit, cancel);
        using var report = JsonDocument.Parse(told);
        var frozen = report.RootElement.GetProperty("frozenSeconds").GetDouble();
        var took = report.RootElement.GetProperty("tookSeconds").GetDouble();
        stage.Note(string.Create(CultureInfo.InvariantCulture, $"node{from} to node{to}: nobody could write for {frozen:F2} s, {took:F2} s in all, {report.RootElement.GetProperty("rounds").GetInt32()} rounds"));
        await OneWriterAsync(stage, to, cancel);
        return frozen;
    }

    private static async Task OneWriterAsync(Stage stage, int writer, CancellationToken cancel)
    {
        var writers = await WritersAsync(stage, cancel);
        stage.SecondWriter |= writers.Count > 1;
        Stage.Require(writers is [var only] && only == writer, $"node{writer} should be the only writer, storage takes writes on: {string.Join(' ', writers)}");
    }

    private static async Task<IReadOnlyList<int>> WritersAsync(Stage stage, CancellationToken cancel)
    {
        var told = await Task.WhenAll(Enumerable.Range(1, 3).Select(async number =>
            (number, State: await stage[number].ExpectAsync($"zfs get -H -o value readonly tank/nodeagent/{Unit}", cancel: cancel))));
        return [.. told.Where(node => node.State == "off").Select(node => node.number)];
    }

    private static async Task BothThereAsync(Stage stage, int writer, WriteLedger first, WriteLedger second, CancellationToken cancel)
    {
        foreach (var (ledger, file) in new[] { (first, "log"), (second, "log2") })
        {
            var verdict = await ledger.CompareAsync(stage[writer], $"{FolderOf(Unit)}/{file}", cancel);
            Stage.Require(verdict is { Lost: 0, Corrupt: 0 }, $"node{writer} misses {verdict.Lost} records of {file}, {verdict.Corrupt} are damaged");
        }
    }

    /// <summary>The agent of the writer dies somewhere in a move; by itself the unit gets exactly one writer again.</summary>
    private static async Task<int> KilledAsync(Stage stage, CancellationToken cancel)
    {
        var moving = stage[1].RunAsync($"nodeagent switchover {Unit} --to node2", CommandLimit, cancel);
        await Task.Delay(RandomNumberGenerator.GetInt32(500, 5000), cancel);
        await stage[1].ExpectAsync("systemctl kill -s KILL nodeagent", cancel: cancel);
        await moving;
        IReadOnlyList<int> writers = [];
        await Patience.UntilAsync("one writer after the kill, and no open move", CopyLimit, cancel, async () =>
        {
            writers = await WritersAsync(stage, cancel);
            stage.SecondWriter |= writers.Count > 1;
            Stage.Require(writers.Count < 2, $"storage takes writes on {string.Join(' ', writers)}");
            var open = await stage[1].RunAsync("ls /var/lib/nodeagent/operations/switchover* 2>/dev/null", cancel: cancel);
            return writers.Count == 1 && open.Output.Trim().Length == 0 && await StatusView.TryReadAsync(stage[1], cancel) is not null;
        }, TimeSpan.FromSeconds(1));
        stage.Note($"agent of node1 killed in a move: {(writers[0] == 1 ? "undone" : "completed")}, node{writers[0]} writes");
        return writers[0];
    }
}
