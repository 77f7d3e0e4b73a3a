using System.Globalization;
using System.Security.Cryptography;
using NodeAgent.Lab.Checking;

namespace NodeAgent.Lab.Scenarios;

/// <summary>Agents die without warning, again and again, while they replicate.</summary>
public sealed class AgentKillScenario : ClusterScenario
{
    private const string Unit = "db";
    private const int Kills = 10;
    private static readonly TimeSpan BackLimit = TimeSpan.FromSeconds(300);

    public override string Name => "agent-kill";

    public override string About => $"kill -9 of the agents at {Kills} random moments of replication under load: nothing lost, resumes by itself";

    public override async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        await CreateAsync(stage, Unit, "5s", cancel, 2);
        using var ledger = new WriteLedger(stage[1], FolderOf(Unit) + "/log");
        await ledger.StartAsync(TimeSpan.FromMilliseconds(50), cancel);
        var copy = await NextCopyAsync(stage[1], Unit, "node2", null, BackLimit, cancel);
        var worst = 0.0;
        for (var kill = 1; kill <= Kills; kill++)
        {
            // Something to send, so that a kill can hit a stream.
            await FillAsync(stage[1], FolderOf(Unit) + "/blob", 16, cancel);
            await Task.Delay(RandomNumberGenerator.GetInt32(0, 6000), cancel);
            int[] victims = (kill % 3) switch { 0 => [1, 2], 1 => [2], _ => [1] };
            var began = stage.Seconds;
            await Task.WhenAll(victims.Select(number => stage[number].ExpectAsync("systemctl kill -s KILL nodeagent", cancel: cancel)));
            copy = await NextCopyAsync(stage[1], Unit, "node2", copy.Copy.Snapshot, BackLimit, cancel);
            worst = Math.Max(worst, stage.Seconds - began);
        }

        stage.Note($"{Kills} kills; the next copy at worst {worst.ToString("F0", CultureInfo.InvariantCulture)} s after one");
        var verified = await VerifyAsync(stage[1], stage[2], Unit, ledger, cancel);
        stage.Note($"the copy is whole up to record {verified.Last} while the writer goes on");
        await ledger.StopAsync(cancel);
        // What counted as the next copy may have been on its way before the kill: then an agent is still starting.
        await stage[1].UntilAsync("the agents replicate again", $"nodeagent replication run {Unit}", BackLimit, cancel);
        var state = await VerifyAsync(stage[1], stage[2], Unit, ledger, cancel);
        stage.Acknowledged = ledger.Acknowledged;
        stage.Lost = Math.Max(0, ledger.Acknowledged - state.Last);
        stage.RtoSeconds = worst;
        stage.SecondWriter = await stage[2].ExpectAsync("zfs get -H -o value readonly tank/nodeagent/db", cancel: cancel) != "on";
        Stage.Require(stage.Lost == 0, $"the copy misses {stage.Lost} acknowledged records");
        Stage.Require(stage.SecondWriter == false, "the copy takes writes");
        await BoundedAsync(stage, cancel);
    }

    /// <summary>Kills must not leave snapshots, partial receives or open operations behind.</summary>
    private static async Task BoundedAsync(Stage stage, CancellationToken cancel)
    {
        foreach (var (node, most) in new[] { (stage[1], 5), (stage[2], 6) })
        {
            var count = int.Parse(await node.ExpectAsync($"zfs list -H -o name -t snapshot {DatasetOf(Unit)} | wc -l", cancel: cancel), CultureInfo.InvariantCulture);
            Stage.Require(count <= most, $"{node.Name} keeps {count} snapshots after the kills");
        }

        Stage.Require(
            await stage[2].ExpectAsync($"zfs get -H -o value receive_resume_token {DatasetOf(Unit)}", cancel: cancel) == "-",
            "a partial receive was left behind");
    }
}
