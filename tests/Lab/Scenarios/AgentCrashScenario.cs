using System.Globalization;
using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>
/// The agent of the active node is killed, again and again (NODEAGENT_LAB_RUNS). systemd starts it anew, and the guard vouches for the stay of
/// the one before: the service goes on. An agent that comes too late finds its node reset; nothing is lost without being told then, either.
/// </summary>
public sealed class AgentCrashScenario : FailoverScenario
{
    private static readonly TimeSpan ReturnLimit = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(30);

    public override string Name => "agent-crash";

    public override string About => "kill -9 of the agent of the active node under write load, again and again: it is started anew and its service goes on in its epoch";

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        var (crashes, stayed) = (Repeats(4), 0);
        for (var crash = 1; crash <= crashes; crash++)
        {
            stayed += await CrashAsync(play, cancel) ? 1 : 0;
        }

        play.Stage.Note($"after {stayed} of {crashes} crashes the service went on where it was, in its epoch");
        // An emulated processor takes 20 s and more to start an agent, a real one less than two: NODEAGENT_LAB_STALL=30 leaves it time.
        Stage.Require(stayed == crashes || play.Stage.Cluster.Acceleration.Name == "tcg", $"an agent that crashes must not stop its service, and {crashes - stayed} of {crashes} times it did");
    }

    private static async Task<bool> CrashAsync(FailoverPlay play, CancellationToken cancel)
    {
        var active = await play.SafeAsync(cancel);
        var node = play[active];
        var (boot, epoch, agent) = (await BootAsync(node, cancel), (await ServiceView.TryReadAsync(node, cancel))?.Epoch, await AgentAsync(node, cancel));
        var killed = DateTimeOffset.UtcNow;
        await node.ExpectAsync("systemctl kill -s KILL --kill-whom=main nodeagent", cancel: cancel);
        // A node that is reset may have its service again, in another epoch.
        await Patience.UntilAsync(
            $"node{active} has an agent again", ReturnLimit, cancel,
            async () => (await node.RunAsync("systemctl is-active -q nodeagent && systemctl show -P MainPID nodeagent", CommandLimit, cancel)) is { Ok: true, Output: var pid } && pid.Trim() != agent.Trim());
        // One that came a moment too late finds the watchdog counting.
        await Task.Delay(Settle, cancel);
        await node.UntilAsync("answers again", "systemctl is-active -q nodeagent", ReturnLimit, cancel);
        await play.SafeAsync(cancel, ReturnLimit);
        var after = await play.SeenAsync(cancel);
        if (after?.Node == active && after.Epoch == epoch && await BootAsync(node, cancel) == boot)
        {
            var heard = play.Writers.All.Where(ack => ack.Heard >= killed - TimeSpan.FromSeconds(1)).ToList();
            var pause = heard.Zip(heard.Skip(1), (one, next) => (next.Heard - one.Heard).TotalSeconds).DefaultIfEmpty(double.NaN).Max();
            play.Stage.Note(string.Create(CultureInfo.InvariantCulture, $"node{active} went on in epoch {epoch} without its agent and with the next one; clients waited {pause:F1} s at the most"));
            return true;
        }

        play.Stage.Note($"node{active}'s agent came too late: {after}");
        await play.TakenOverAsync(active, killed, cancel);
        await play.HealedAsync(active, cancel);
        return false;
    }

    private static Task<string> BootAsync(LabNode node, CancellationToken cancel) => node.ExpectAsync("cat /proc/sys/kernel/random/boot_id", cancel: cancel);

    private static Task<string> AgentAsync(LabNode node, CancellationToken cancel) => node.ExpectAsync("systemctl show -P MainPID nodeagent", cancel: cancel);
}
