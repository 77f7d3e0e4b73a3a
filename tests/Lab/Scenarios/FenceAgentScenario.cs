using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>
/// The active node has no watchdog, but a fence device: its power is cut by an agent, and what was read back is the proof. The
/// device that is tried first says that it did, and did nothing.
/// </summary>
public sealed class FenceAgentScenario : FailoverScenario
{
    public override string Name => "fence-agent";

    public override string About => "the active node has no watchdog and its agent stops: a fence agent cuts its power; one that only says so is caught";

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        var home = await play.SafeAsync(cancel);
        var bare = home == 1 ? 2 : 1;
        var third = 6 - home - bare;
        using var power = new PowerSwitch(play.Stage.Cluster, Nodes);
        await Task.WhenAll(Enumerable.Range(1, Nodes).Select(number => PowerSwitch.InstallAsync(play[number], $"node{bare}", cancel)));
        // Each agent starts anew while its node has no service.
        await Task.WhenAll(play[bare].ExpectAsync("systemctl restart nodeagent", CommandLimit * 2, cancel), play[third].ExpectAsync("systemctl restart nodeagent", CommandLimit * 2, cancel));
        await play.SafeAsync(cancel, TimeSpan.FromMinutes(6));
        await Unguarded.TakeDeviceAwayAsync(play[bare], cancel);
        await play.MoveAsync(home, bare, cancel);
        await play[home].ExpectAsync("systemctl restart nodeagent", CommandLimit * 2, cancel);
        await play.SafeAsync(cancel, TimeSpan.FromMinutes(6));
        // Its agent has just started: what it says first may be nothing.
        await Patience.UntilAsync($"status says that node{bare} would be switched off first", CommandLimit, cancel, async () =>
            await ServiceView.TryReadAsync(play[home], cancel) is { IsSafe: true, IfNodeDies: { } text } && text.Contains("is switched off", StringComparison.Ordinal));

        var frozen = await Unguarded.FreezeAgentAsync(play, bare, cancel);
        var takeover = await play.TakenOverAsync(bare, frozen, cancel, TimeSpan.FromMinutes(4));
        await ProvenAsync(play, power, takeover, bare, frozen, cancel);
        // The machine is gone already; this is for its leftovers.
        play[bare].PowerCut();
        await play[bare].PowerOnAsync(cancel);
        await play[bare].WaitReadyAsync(cancel);
    }

    private static async Task ProvenAsync(FailoverPlay play, PowerSwitch power, Takeover takeover, int bare, DateTimeOffset frozen, CancellationToken cancel)
    {
        var asked = power.Asked;
        var (stuck, real) = (asked.ToList().IndexOf($"off stuck-node{bare} on"), asked.ToList().IndexOf($"off node{bare} on"));
        Stage.Require(stuck >= 0 && real > stuck, $"first the stuck socket was to be tried, then the one that works: {string.Join(", ", asked)}");
        Stage.Require(!play[bare].IsRunning, $"node{bare} runs although its power was cut");
        var fenced = (await HistoryView.ReadAsync(play[takeover.To], cancel)).Events.LastOrDefault(line => line.Kind == "fenced" && line.Subject == $"node{bare}" && line.At >= frozen)
            ?? throw new LabFailure($"no history says that node{bare} was fenced");
        Stage.Require(
            fenced.Text.Contains("level 2", StringComparison.Ordinal) && fenced.Text.Contains("still says on", StringComparison.Ordinal), $"the history does not tell both levels: {fenced.Text}");
        play.Stage.Note(FormattableString.Invariant($"node{fenced.Node} fenced node{bare} {(fenced.At - frozen).TotalSeconds:F1} s after its agent stood: {fenced.Text}"));
        var proof = await play[takeover.To].ExpectAsync($"nodeagent explain {FailoverFormation.Service} -o json | jq -r '.lines[] | select(.label == \"owner\") | .text'", CommandLimit, cancel);
        Stage.Require(proof.Contains("PowerOff", StringComparison.Ordinal), $"the proof is not the power: {proof}");
    }
}
