using NodeAgent.Lab.Drbd;
using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>
/// Both copies of a DRBD resource were made primary by force and written. Nobody but a person chooses; what gives way is kept; a power
/// cut of the node that gives way in the middle of it changes nothing of how it ends. Not one acknowledged row may be missing.
/// </summary>
public sealed class DrbdSplitBrainScenario : DrbdScenario
{
    private static readonly TimeSpan CopyLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan PlanLimit = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan ToldLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(60);

    public override string Name => "drbd-split-brain";

    public override string About => "both copies of a DRBD 8.4 resource are forced primary and written: nothing solves it but a choice, what gives way is kept, also through a power cut in the middle; 0 rows lost";

    protected override ServiceStorage Storage { get; } = new DrbdStorage(DrbdBelow.Zfs);

    protected override async Task TellAsync(FailoverPlay play, CancellationToken cancel)
    {
        await RoundAsync(play, 1, cancel);
        await RoundAsync(play, 2, cancel);
        await VerifyAsync(play, cancel);
    }

    // First the copy of the node that had the service is kept; then the other, and the one that had it loses power while it gives way.
    private async Task RoundAsync(FailoverPlay play, int round, CancellationToken cancel)
    {
        var home = await play.SafeAsync(cancel, CopyLimit);
        var (keep, lose) = round == 1 ? (home, 3 - home) : (3 - home, home);
        await StopAsync(play, home, cancel);
        var split = new SplitBrain(play[keep], play[lose], round);
        var given = await SplitBrain.GivenUpAsync(play[lose], cancel);
        await split.MakeAsync(cancel);
        play.Stage.Note($"round {round}: split brain made, the kernel dropped the connection; node{keep} will be kept");

        await Patience.UntilAsync("nodeagent_copies_parted is 1 on a node", ToldLimit, cancel, () => split.IsToldAsync(cancel), TimeSpan.FromSeconds(2));
        await Task.Delay(Quiet, cancel);
        await split.RequireUntouchedAsync(given, cancel);
        Stage.Require(await split.IsToldAsync(cancel), "nobody has chosen, and nodeagent_copies_parted is not 1 any more");
        play.Stage.Note($"told by its metric; {Quiet.TotalSeconds:F0} s later nothing had solved itself");

        await PlanAsync(play[keep], keep, lose, cancel);
        await (round == 1 ? TypedAsync(play, keep, cancel) : CutAsync(play, split, keep, lose, given, cancel));
        await EndAsync(play, split, keep, lose, cancel);
    }

    private static async Task StopAsync(FailoverPlay play, int home, CancellationToken cancel)
    {
        await play[home].ExpectAsync($"nodeagent service stop {FailoverFormation.Service} --timeout 150s", CommandLimit, cancel);
        await Patience.UntilAsync(
            "the service is stopped", CommandLimit, cancel, async () => await play.SeenAsync(cancel) is { State: not "running" }, TimeSpan.FromSeconds(2));
    }

    /// <summary>Both sides are shown, nothing stands in the way, and the copy that gives way can be kept.</summary>
    private static async Task PlanAsync(LabNode asked, int keep, int lose, CancellationToken cancel)
    {
        var shows = $".givesWay == \"node{lose}\" and .isKept and (.isDone | not) and .blockers == [] and (.steps | length) >= 4 "
            + "and ([.sides[].node] | sort) == [\"node1\", \"node2\"] and all(.sides[]; .isOpen == \"no\" and .keptBy != null and (.facts | length) >= 6 and (.facts | tostring | test(\"generation identifiers\")))";
        Finished? last = null;
        try
        {
            // The certificate is read, the members are asked: an agent that has just begun cannot say it all at once.
            await Patience.UntilAsync($"the plan to keep node{keep} shows both sides and nothing in the way", PlanLimit, cancel, async () =>
            {
                last = await asked.RunAsync($"set -o pipefail; nodeagent volume resolve {DrbdStorage.Resource} --keep node{keep} --plan -o json | tee /run/lab-plan | jq -e '{shows}' > /dev/null || {{ cat /run/lab-plan; exit 1; }}", CommandLimit, cancel);
                return last.Ok;
            }, TimeSpan.FromSeconds(3));
        }
        catch (LabFailure late)
        {
            throw new LabFailure($"{late.Message}; last: {last?.Describe()}", late);
        }
    }

    /// <summary>Nobody is asked: refused. Then the words are typed, and the service is started at once.</summary>
    private static async Task TypedAsync(FailoverPlay play, int keep, CancellationToken cancel)
    {
        var order = $"nodeagent volume resolve {DrbdStorage.Resource} --keep node{keep}";
        var refused = await play[keep].RunAsync(order, CommandLimit, cancel);
        Stage.Require(!refused.Ok && (refused.Output + refused.Errors).Contains("--yes", StringComparison.Ordinal), $"without consent it must be refused, and: {refused.Describe()}");
        await play[keep].ExpectAsync($"printf '{DrbdStorage.Resource} node{keep}\\n' | script -qec '{order}' /dev/null", CommandLimit, cancel);
        play.Stage.Note($"refused without consent, chosen with the typed words");
    }

    /// <summary>The node that gives way loses power as soon as it has put away what it had.</summary>
    private static async Task CutAsync(FailoverPlay play, SplitBrain split, int keep, int lose, int given, CancellationToken cancel)
    {
        var kept = split.UntilGivenUpAsync(given, cancel);
        var order = play[keep].RunAsync($"nodeagent volume resolve {DrbdStorage.Resource} --keep node{keep} --yes", CommandLimit, cancel);
        await kept;
        play[lose].PowerCut();
        var state = await play[keep].RunAsync("echo $(drbdadm cstate data) $(drbdadm dstate data)", CommandLimit, cancel);
        (await order).Expect();
        play.Stage.Note($"node{lose} lost power when it had put its copy away; node{keep} said then: {state.Output.Trim()}");
    }

    /// <summary>The service runs where the chosen copy is; the other node is back, certified, and has kept what it gave up.</summary>
    private async Task EndAsync(FailoverPlay play, SplitBrain split, int keep, int lose, CancellationToken cancel)
    {
        var chosen = DateTimeOffset.UtcNow;
        await play[keep].ExpectAsync($"nodeagent service start {FailoverFormation.Service} --no-wait", CommandLimit, cancel);
        await play.AcknowledgesAsync(keep, chosen, cancel, StartLimit);
        if (!play[lose].IsRunning)
        {
            await play[lose].PowerOnAsync(cancel);
            await play[lose].WaitReadyAsync(cancel);
        }

        var began = play.Stage.Seconds;
        var active = await play.SafeAsync(cancel, CopyLimit);
        Stage.Require(active == keep, $"node{active} has the service, the copy of node{keep} was chosen");
        await split.RequireWinnerAsync(play[keep], Storage.Folder, cancel);
        var snapshot = await split.RequireKeptAsync(cancel);
        var covered = await play[keep].ExpectAsync($"curl -sf --max-time 30 http://{play[keep].Address(Link.Management)}:9440/metrics | grep -cE '^nodeagent_sync_certificate_covers\\{{[^}}]*unit=\"{Storage.Unit}\"[^}}]*\\}} 1$'; true", CommandLimit, cancel);
        Stage.Require(covered == "2", $"both copies are certified, and {covered} of 2 are told");
        for (var writer = 1; writer <= 2; writer++)
        {
            var lost = await play.LostAsync(play[keep], writer, cancel);
            Stage.Require(lost.Count == 0, $"{lost.Count} rows of node{writer} were lost");
        }

        Stage.Require(!await split.IsToldAsync(cancel), "it is solved, and nodeagent_copies_parted is still 1");
        play.Stage.Note(FormattableString.Invariant($"node{keep} has the service with the bytes that were chosen, both certified {play.Stage.Seconds - began:F1} s after it was asked for; node{lose} kept {snapshot} with its own; 0 rows lost"));
    }
}
