using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>The package of the active node is upgraded under write load, agent and guard are replaced: nobody notices.</summary>
public sealed class AgentUpgradeScenario : FailoverScenario
{
    // Under emulation a start takes long; the service goes on all the while.
    private static readonly TimeSpan RestartLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(15);

    public override string Name => "agent-upgrade";

    public override string About => "the second version of the package on the active node under write load: no reset, no stop, no move, no moment without a lease";

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        var active = await play.SafeAsync(cancel);
        var (node, asked) = (play[active], play[active == 1 ? 2 : 1]);
        await node.CopyToAsync(await SecondVersion.MakeAsync(play.Stage.Package!, cancel), "/root/next.deb", cancel);
        var (before, agent) = (await LifeAsync(node, cancel), await AgentAsync(node, cancel));
        var epoch = (await ServiceView.TryReadAsync(asked, cancel))?.Epoch;
        var began = DateTimeOffset.UtcNow;

        await WatchedAsync(asked, active, epoch, node.ExpectAsync("DEBIAN_FRONTEND=noninteractive dpkg --force-confold -i /root/next.deb", RestartLimit, cancel), cancel);
        Stage.Require(await AgentAsync(node, cancel) == agent, "the upgrade restarted the agent by itself");
        var replaced = play.Stage.Seconds;
        await WatchedAsync(asked, active, epoch, node.ExpectAsync("systemctl restart nodeagent", RestartLimit, cancel), cancel);
        replaced = play.Stage.Seconds - replaced;
        Stage.Require(await AgentAsync(node, cancel) != agent, "the agent was not replaced");
        // The guard starts itself anew with the new files and keeps the deadline.
        await WatchedAsync(asked, active, epoch, node.ExpectAsync("systemctl reload nodeagent-guard", RestartLimit, cancel), cancel);
        await Task.Delay(Settle, cancel);
        Stage.Require(await play.SafeAsync(cancel) == active, "the service moved");
        var after = await LifeAsync(node, cancel);
        Stage.Require(after == before, $"boot, PostgreSQL and guard are to be the same processes: before {before}, after {after}");
        await ToldAsync(play, active, epoch, began, cancel);
        Gap(play, active, began, replaced);
    }

    /// <summary>
    /// While something is done, another node asks the store all the time who has the service. A new process says for a moment that it
    /// opens and starts it: it makes sure of what it took on.
    /// </summary>
    private static async Task WatchedAsync(LabNode asked, int active, long? epoch, Task<string> work, CancellationToken cancel)
    {
        while (!work.IsCompleted)
        {
            if (await ServiceView.TryReadAsync(asked, cancel) is { } seen && (seen.Node != active || seen.Epoch != epoch || seen.State is not ("running" or "promoting" or "starting")))
            {
                throw new LabFailure($"node{active} was to have its lease all the time in epoch {epoch}; {asked.Name} sees: {seen}");
            }

            await Task.WhenAny(work, Task.Delay(TimeSpan.FromSeconds(1), cancel));
        }

        await work;
    }

    /// <summary>What `nodeagent history` says of it.</summary>
    private static async Task ToldAsync(FailoverPlay play, int active, long? epoch, DateTimeOffset began, CancellationToken cancel)
    {
        var history = await HistoryView.ReadAsync(play[active], cancel);
        var since = began - TimeSpan.FromSeconds(1);
        var over = history.Last(active, "handed-over", $"node{active}", since) ?? throw new LabFailure("the history does not say that the agent handed its lease over");
        var on = history.Last(active, "taken-on", $"node{active}", since) ?? throw new LabFailure("the history does not say that the new agent took the lease on");
        // The new process says that what it took on runs; in another epoch it would have been taken anew.
        var still = FormattableString.Invariant($"on node{active} in epoch {epoch}");
        var odd = history.Events.Where(line => line.At >= since && (line.Kind is "takes" or "reset" or "failed" or "stuck" || (line.Kind == "runs" && line.Text != still))).ToList();
        Stage.Require(odd.Count == 0, $"an upgrade changes nothing, but: {string.Join("; ", odd)}");
        play.Stage.Note(FormattableString.Invariant($"handed over: {over.Text}; {(on.At - over.At).TotalSeconds:F1} s later: {on.Text}"));
        var printed = await play[active].ExpectAsync($"nodeagent history node{active} -n 20 -o json", CommandLimit, cancel);
        Stage.Require(printed.Contains("the agent was replaced", StringComparison.Ordinal), $"nodeagent history does not show it: {printed}");
    }

    private static void Gap(FailoverPlay play, int active, DateTimeOffset began, double replaced)
    {
        var heard = play.Writers.All.Where(ack => ack.Heard >= began).ToList();
        var gap = heard.Zip(heard.Skip(1), (one, next) => (next.Heard - one.Heard).TotalSeconds).DefaultIfEmpty(double.NaN).Max();
        play.Stage.RtoSeconds = gap;
        play.Stage.RpoSeconds = 0;
        play.Stage.Note(FormattableString.Invariant($"the agent was replaced in {replaced:F1} s; {heard.Count} rows were acknowledged meanwhile, the longest pause was {gap:F1} s"));
        Stage.Require(heard.TrueForAll(ack => ack.Node == active), "another node acknowledged rows");
        Stage.Require(gap < 10, FormattableString.Invariant($"clients were to notice nothing, and waited {gap:F1} s"));
    }

    private static Task<string> AgentAsync(LabNode node, CancellationToken cancel) => node.ExpectAsync("systemctl show -P MainPID nodeagent", cancel: cancel);

    /// <summary>The boot, and the processes that an upgrade must not end.</summary>
    private static Task<string> LifeAsync(LabNode node, CancellationToken cancel) => node.ExpectAsync(
        $"cat /proc/sys/kernel/random/boot_id; systemctl show -P MainPID {Postgres.UnitName}; systemctl show -P NRestarts {Postgres.UnitName}; systemctl show -P MainPID nodeagent-guard", cancel: cancel);
}
