using System.Globalization;
using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>
/// The disks under the active node's pool do not answer any more, and no program that waits for them can be killed. The agent
/// lives on, keeps its lease and says what hangs. It does not move the service by itself: systemd says that it runs. The operator
/// pulls the plug.
/// </summary>
public sealed class DiskHangScenario : FailoverScenario
{
    // A change of the pool is given two minutes before it is killed; what does not die then is stuck.
    private static readonly TimeSpan StuckLimit = TimeSpan.FromMinutes(6);
    private static readonly int[] PoolDisks = [1, 2];

    public override string Name => "disk-hang";

    public override string About => "the disks of the active node's pool hang: the agent lives, keeps its lease and counts what is stuck; nothing is written twice";

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        var active = await play.SafeAsync(cancel);
        var (node, asked) = (play[active], play[active == 1 ? 2 : 1]);
        var agent = await node.ExpectAsync("systemctl show -P MainPID nodeagent", cancel: cancel);
        var epoch = (await ServiceView.TryReadAsync(asked, cancel))?.Epoch;
        foreach (var disk in PoolDisks)
        {
            await node.HangDiskAsync(disk, isHung: true, cancel);
        }

        var hung = DateTimeOffset.UtcNow;
        await Patience.UntilAsync($"node{active} acknowledges nothing any more", TimeSpan.FromMinutes(2), cancel, () =>
            Task.FromResult(play.Writers.Last(active)!.Heard < DateTimeOffset.UtcNow - TimeSpan.FromSeconds(10)));
        play.Stage.Note(FormattableString.Invariant($"the last row was acknowledged {(play.Writers.Last(active)!.Heard - hung).TotalSeconds:F1} s after the disks began to hang"));

        var stuck = await Patience.UntilAsync("the agent counts a stuck program", StuckLimit, cancel, async () => await StuckAsync(play, node, active, hung, cancel) > 0, TimeSpan.FromSeconds(3));
        play.Stage.Note(FormattableString.Invariant($"nodeagent_stuck_commands counted {stuck.TotalSeconds:F0} s after that"));
        await KeepsLeaseAsync(play, node, asked, agent, epoch, cancel);

        node.PowerCut();
        var cut = DateTimeOffset.UtcNow;
        await AcceptAsync(play, asked, active, cancel);
        await play.TakenOverAsync(active, cut, cancel, TimeSpan.FromMinutes(5));
        // A machine that is turned on has good disks.
        await node.PowerOnAsync(cancel);
        await node.WaitReadyAsync(cancel);
    }

    /// <summary>How many programs are stuck; 0 while nobody can say. Ends the story if somebody else has the service meanwhile.</summary>
    private static async Task<double> StuckAsync(FailoverPlay play, LabNode node, int active, DateTimeOffset hung, CancellationToken cancel)
    {
        if (play.Writers.FirstElsewhere(active, hung) is { } other)
        {
            throw new LabFailure($"{other}: the service moved by itself although nothing was known of the disks; this story has to be told anew");
        }

        var told = await node.RunAsync(
            $"curl -sf --max-time 20 http://{node.Address(Link.Management)}:9440/metrics | awk '/^nodeagent_stuck_commands/ {{ all += $2 }} END {{ print all + 0 }}'", TimeSpan.FromSeconds(40), cancel);
        return told.Ok && double.TryParse(told.Output.Trim(), CultureInfo.InvariantCulture, out var count) ? count : 0;
    }

    private static async Task KeepsLeaseAsync(FailoverPlay play, LabNode node, LabNode asked, string agent, long? epoch, CancellationToken cancel)
    {
        var now = await node.ExpectAsync("systemctl show -P MainPID nodeagent", cancel: cancel);
        Stage.Require(now == agent, $"the agent was replaced: process {agent} is now {now}");
        var seen = await ServiceView.TryReadAsync(asked, cancel);
        Stage.Require(seen?.Node == node.Number && seen.Epoch == epoch, $"{node.Name} was to keep its lease in epoch {epoch}; {asked.Name} sees: {seen}");
        var doctor = await node.RunAsync("nodeagent doctor", TimeSpan.FromMinutes(3), cancel);
        Stage.Require(
            doctor.Output.Contains("do not die", StringComparison.Ordinal), $"nodeagent doctor does not say what is stuck: {doctor.Describe()}");
        play.Stage.Note($"the agent lives and holds its lease; the service is {seen!.State} for it, and hangs; if its node died now: {seen.IfNodeDies}");
        var problems = (await StatusView.TryReadAsync(asked, cancel))?.Problems ?? throw new LabFailure($"{asked.Name} does not answer");
        play.Stage.Note($"status on {asked.Name}: {string.Join(" | ", problems)}");
    }

    /// <summary>Copies have become older than the limit while nothing was written: then an operator has to accept what is said to be lost.</summary>
    private static async Task AcceptAsync(FailoverPlay play, LabNode asked, int active, CancellationToken cancel)
    {
        await Patience.UntilAsync(
            "the lease ended", TimeSpan.FromMinutes(1), cancel,
            async () => await ServiceView.TryReadAsync(asked, cancel) is { } seen && (seen.State == "waiting" || seen.Node != active), TimeSpan.FromSeconds(1));
        if (await ServiceView.TryReadAsync(asked, cancel) is { State: "waiting" })
        {
            var accepted = await asked.RunAsync($"nodeagent failover {FailoverFormation.Service} --accept-loss --yes --reason 'its disks hang' --timeout 150s", CommandLimit, cancel);
            play.Stage.Note($"an operator accepts the loss: {accepted.Output.Trim()} {accepted.Errors.Trim()}");
        }
    }
}
