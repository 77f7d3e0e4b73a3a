using NodeAgent.Lab.Drbd;
using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>What the agent costs who writes to a DRBD device that it looks after, and what DRBD itself costs: fio, by turns.</summary>
public sealed class DrbdFioScenario : FailoverScenario
{
    private const int Rounds = 3;
    private const double LeastRatio = 0.98;
    private const string ByHand = "/mnt/fio";
    private const string Alone = "/mnt/alone";

    // Agents that are compiled at their start take minutes on an emulated processor; systemd waits for ten.
    private static readonly TimeSpan AgentLimit = TimeSpan.FromMinutes(11);

    public override string Name => "drbd-fio";

    public override string About => "fio on a DRBD 8.4 device with and without the agent, and on a single disk of the same kind: ratios of throughput and of synced writes";

    protected override ServiceStorage Storage { get; } = new DrbdStorage();

    // Nobody writes from outside: that would be measured, too.
    public override async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        var node = stage[1];
        List<FioFigures> with = [], without = [], single = [];
        await node.ExpectAsync(
            $"truncate -s 400M /var/drives/alone && losetup --direct-io=on /dev/loop8 /var/drives/alone && mkfs.ext4 -q -E lazy_itable_init=0,lazy_journal_init=0 /dev/loop8 && mkdir -p {Alone} {ByHand} && mount /dev/loop8 {Alone}", CommandLimit, cancel);
        for (var round = 1; round <= Rounds; round++)
        {
            with.Add(await WithAgentAsync(stage, node, cancel));
            await StopAsync(stage, cancel);
            single.Add(await FioFigures.MeasureAsync(node, Alone, cancel));
            await node.ExpectAsync($"drbdadm primary data && mount /dev/drbd0 {ByHand}", CommandLimit, cancel);
            without.Add(await FioFigures.MeasureAsync(node, ByHand, cancel));
            await node.ExpectAsync($"umount {ByHand} && udevadm settle && for i in $(seq 30); do drbdadm secondary data && exit 0; sleep 1; done; exit 1", CommandLimit, cancel);
            await StartAsync(stage, cancel);
        }

        Tell(stage, FioFigures.Of(with), FioFigures.Of(without), FioFigures.Of(single));
    }

    protected override Task StoryAsync(FailoverPlay play, CancellationToken cancel) => Task.CompletedTask;

    private async Task<FioFigures> WithAgentAsync(Stage stage, LabNode node, CancellationToken cancel)
    {
        await node.UntilAsync("the service is started", $"nodeagent service start {FailoverFormation.Service} || {{ sleep 2; false; }}", CommandLimit, cancel);
        await Patience.UntilAsync("the service runs", CommandLimit, cancel, async () => await ServiceView.TryReadAsync(node, cancel) is { State: "running" }, TimeSpan.FromSeconds(2));
        Stage.Require((await ServiceView.TryReadAsync(node, cancel))?.Node == node.Number, $"the service runs elsewhere, and {node.Name} is measured");
        var seen = await FioFigures.MeasureAsync(node, Storage.Folder, cancel);
        stage.Note(FormattableString.Invariant($"with the agent: {seen.Write:F1} MiB/s written, {seen.Read:F1} read, {seen.Syncs:F0} synced writes a second"));
        return seen;
    }

    private static async Task StopAsync(Stage stage, CancellationToken cancel)
    {
        await stage[1].ExpectAsync($"nodeagent service stop {FailoverFormation.Service} --timeout 150s", CommandLimit, cancel);
        await Task.WhenAll(new[] { stage[1], stage[2], stage[3] }.Select(node => node.ExpectAsync("systemctl stop nodeagent", CommandLimit, cancel)));
    }

    // One after the other: agents that all compile at once take the lease from each other.
    private static async Task StartAsync(Stage stage, CancellationToken cancel)
    {
        foreach (var node in new[] { stage[1], stage[2], stage[3] })
        {
            await node.ExpectAsync("systemctl start nodeagent", AgentLimit, cancel);
        }
    }

    private static void Tell(Stage stage, FioFigures with, FioFigures without, FioFigures single)
    {
        var (cost, mirrored) = (with.Over(without), without.Over(single));
        stage.Note(FormattableString.Invariant(
            $"with the agent over without it, means of {Rounds} by turns: written {cost.Write:F2}, read {cost.Read:F2}, synced {cost.Syncs:F2}; bar: at least {LeastRatio} ({(Math.Min(cost.Write, Math.Min(cost.Read, cost.Syncs)) >= LeastRatio ? "met" : "MISSED; processors are emulated")})"));
        stage.Note(FormattableString.Invariant(
            $"mirrored over a single disk: written {mirrored.Write:F2} (the case study's: 0.85), read {mirrored.Read:F2} (1.0), synced {mirrored.Syncs:F2}"));
    }
}
