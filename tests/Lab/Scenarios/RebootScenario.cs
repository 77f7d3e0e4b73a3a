using NodeAgent.Lab.Failover;

namespace NodeAgent.Lab.Scenarios;

/// <summary>
/// The active node is reset, without a word to anybody: once as it is, and once while its lease is as long as that of an agent
/// that is being replaced, so that the node is back before anybody could have counted it dead. What ran there before the boot must
/// not be taken for what runs after it.
/// </summary>
public sealed class RebootScenario : FailoverScenario
{
    private const string History = "/var/lib/nodeagent/history.jsonl";
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(8);

    // Ends when the agent that goes has made its lease longer; the one that comes is only just starting then.
    private const string BeReplaced =
        $"n=$(grep -c handed-over {History}); systemctl restart --no-block nodeagent; i=0; "
        + $"while [ \"$(grep -c handed-over {History})\" -le \"$n\" ]; do i=$((i+1)); [ $i -le 300 ] || exit 1; sleep 0.1; done";

    public override string Name => "fast-reboot";

    public override string About => "reset of the active node, which is back before its lease ends: the new boot never goes on in the old epoch, nothing is lost";

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        await ResetAsync(play, isReplaced: false, cancel);
        await ResetAsync(play, isReplaced: true, cancel);
    }

    private static async Task ResetAsync(FailoverPlay play, bool isReplaced, CancellationToken cancel)
    {
        var active = await play.SafeAsync(cancel, TimeSpan.FromMinutes(6));
        var (node, epoch) = (play[active], (await play.SeenAsync(cancel))?.Epoch);
        var (boot, boots) = (await node.ExpectAsync("cat /proc/sys/kernel/random/boot_id", cancel: cancel), await node.BootsAsync(cancel));
        if (isReplaced)
        {
            await node.ExpectAsync(BeReplaced, CommandLimit, cancel);
        }

        await node.ResetAsync(cancel);
        var reset = DateTimeOffset.UtcNow;
        var began = play.Stage.Seconds;
        await node.WaitReadyAsync(cancel, boots);
        var back = play.Stage.Seconds - began;
        var takeover = await play.AnswersAgainAsync(active, reset, cancel, AnswerLimit);
        await node.UntilAsync("answers after its reset", "true", TimeSpan.FromMinutes(2), cancel);
        Stage.Require(await node.ExpectAsync("cat /proc/sys/kernel/random/boot_id", cancel: cancel) != boot, $"node{active} was not reset");
        var seen = await play.SeenAsync(cancel);
        Stage.Require(seen?.Epoch > epoch, $"the service goes on in epoch {seen?.Epoch}, as before the boot of its node ({epoch})");
        var history = await HistoryView.ReadAsync(play[takeover.To], cancel);
        Stage.Require(history.Last(active, "taken-on", $"node{active}", reset) is null, $"node{active} went on after its boot as if its agent had only been replaced");
        // The node itself has everything: only another one may have lost what was on its way.
        Stage.Require(takeover.To != active || takeover.Lost == 0, $"node{active} has the service again, and lost {takeover.Lost} rows");
        var proof = await play[takeover.To].ExpectAsync($"nodeagent explain {FailoverFormation.Service} -o json | jq -r '.lines[] | select(.label == \"owner\") | .text'", CommandLimit, cancel);
        play.Stage.Note(FormattableString.Invariant($"node{active} was up again {back:F1} s after its reset{(isReplaced ? ", its lease made longer before" : "")}; {proof}"));
    }
}
