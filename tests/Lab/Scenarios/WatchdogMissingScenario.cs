using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>The active node's guard has no watchdog, and nothing can cut its power: only an operator can say that it is off.</summary>
public sealed class WatchdogMissingScenario : FailoverScenario
{
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(10);

    public override string Name => "watchdog-missing";

    public override string About => "the active node has no watchdog and its agent stops: nobody takes its service before an operator says that it is off";

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        var home = await play.SafeAsync(cancel);
        var bare = home == 1 ? 2 : 1;
        await Unguarded.TakeDeviceAwayAsync(play[bare], cancel);
        await StatusView.WarnsAsync(play[bare], "there is no watchdog", cancel);
        await StatusView.WarnsAsync(play[home], $"if node{bare} dies its services wait for an operator", cancel);
        await DoctorAsync(play[bare], cancel);
        await play.MoveAsync(home, bare, cancel);
        var foretold = await ServiceView.TryReadAsync(play[home], cancel);
        Stage.Require(
            foretold is { IsSafe: false, IfNodeDies: { } text } && text.Contains($"confirm-dead node{bare}", StringComparison.Ordinal),
            $"status must say that the service would wait for an operator, it says: {foretold}");
        play.Stage.Note($"it was said: if node{bare} died now: {foretold!.IfNodeDies}");

        var refused = await play[home].RunAsync($"nodeagent confirm-dead node{bare} --yes --timeout 10s", CommandLimit, cancel);
        Stage.Require(
            !refused.Ok && (refused.Output + refused.Errors).Contains("holds its lease", StringComparison.Ordinal),
            $"a node that lives was to be declared dead, and: {refused.Describe()}");

        await DieAsync(play, home, bare, cancel);
        await play[bare].PowerOnAsync(cancel);
        await play[bare].WaitReadyAsync(cancel);
        await play[bare].UntilAsync("has its watchdog again", "test -e /dev/watchdog0", TimeSpan.FromMinutes(1), cancel);
    }

    private static async Task DieAsync(FailoverPlay play, int home, int bare, CancellationToken cancel)
    {
        var frozen = await Unguarded.FreezeAgentAsync(play, bare, cancel);
        await Patience.UntilAsync(
            "the others see that the lease ended", TimeSpan.FromMinutes(1), cancel,
            async () => await ServiceView.TryReadAsync(play[home], cancel) is { State: "waiting" }, TimeSpan.FromSeconds(1));
        var ended = DateTimeOffset.UtcNow;
        await StatusView.WarnsAsync(play[home], $"confirm-dead node{bare}", cancel);
        await Task.Delay(Hold, cancel);
        Unguarded.RequireOnlyWriter(play, bare, frozen);
        play.Stage.Note(FormattableString.Invariant(
            $"its lease had ended {(ended - frozen).TotalSeconds:F1} s after its agent stood; {(DateTimeOffset.UtcNow - ended).TotalSeconds:F0} s later nobody had taken the service, and node{bare} still wrote"));

        play[bare].PowerCut();
        var cut = DateTimeOffset.UtcNow;
        await play[home].ExpectAsync($"nodeagent confirm-dead node{bare} --yes --reason 'its plug was pulled' --timeout 150s", CommandLimit, cancel);
        await play.TakenOverAsync(bare, cut, cancel);
        var proof = await play[home].ExpectAsync($"nodeagent explain {FailoverFormation.Service} -o json | jq -r '.lines[] | select(.label == \"owner\") | .text'", CommandLimit, cancel);
        Stage.Require(proof.Contains("Operator", StringComparison.Ordinal) && proof.Contains("its plug was pulled", StringComparison.Ordinal), $"the proof is not the operator's word: {proof}");
        play.Stage.Note($"after confirm-dead: {proof}");
    }

    private static async Task DoctorAsync(LabNode node, CancellationToken cancel)
    {
        var told = await node.RunAsync("nodeagent doctor", CommandLimit, cancel);
        Stage.Require(
            !told.Ok && told.Output.Contains("there is no watchdog", StringComparison.Ordinal), $"nodeagent doctor must say that there is no watchdog: {told.Describe()}");
    }
}
