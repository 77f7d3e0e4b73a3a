using NodeAgent.Lab.Drbd;
using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>
/// A block below the copy that is not open is changed behind the kernel's back. The comparison that the agent begins by its schedule finds it,
/// that copy counts for nothing from then on, and a person has it copied anew.
/// </summary>
public sealed class DrbdVerifyScenario : DrbdScenario
{
    // Nothing is compared before all was well for ten minutes.
    private static readonly TimeSpan FoundLimit = TimeSpan.FromMinutes(25);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public override string Name => "drbd-verify";

    public override string About => "a block of the other DRBD 8.4 copy is changed behind the kernel's back: the scheduled comparison finds it, that copy counts no more; copied anew, both are certified; the rate of copying is the configured one, and a slow timeout is set right";

    protected override async Task TellAsync(FailoverPlay play, CancellationToken cancel)
    {
        var home = await play.SafeAsync(cancel, DrbdStorage.CopyLimit);
        var other = play[3 - home];
        await other.UntilAsync("the rate of copying is as configured", $"drbdsetup show data | grep -Eq 'resync-rate[[:space:]]+{DrbdStorage.RateKiB}k'", Limit, cancel);
        await SlowAsync(other, cancel);
        await other.ExpectAsync("dd if=/dev/urandom of=/dev/loop9 bs=4k count=1 seek=150000 conv=notrunc oflag=direct", Limit, cancel);
        var began = play.Stage.Seconds;
        await Patience.UntilAsync(
            "the comparison finds the block, and the copy counts no more", FoundLimit, cancel, async () => await play.SeenAsync(cancel) is { State: "running", IsSafe: false }, TimeSpan.FromSeconds(3));
        play.Stage.Note(FormattableString.Invariant($"found {play.Stage.Seconds - began:F0} s after the block was changed (10 min of them nothing is compared); the service runs, and is not safe any more"));
        var told = await play[home].RunAsync("nodeagent doctor", Limit, cancel);
        Stage.Require((told.Output + told.Errors).Contains("drbdadm invalidate data", StringComparison.Ordinal), $"doctor does not say what to do: {told.Describe()}");

        await other.UntilAsync("the comparison is over", "test \"$(drbdadm cstate data)\" = Connected", Limit, cancel);
        await other.ExpectAsync("drbdadm invalidate data", Limit, cancel);
        var copied = play.Stage.Seconds;
        Stage.Require(await play.SafeAsync(cancel, DrbdStorage.CopyLimit) == home, "the service moved");
        play.Stage.Note(FormattableString.Invariant($"copied anew as doctor says, safe again {play.Stage.Seconds - copied:F0} s later"));
        await VerifyAsync(play, cancel);
    }

    // The files have it right: they bring it back.
    private static async Task SlowAsync(LabNode reader, CancellationToken cancel)
    {
        var (here, there) = reader.Number == 1 ? (11, 12) : (12, 11);
        await reader.ExpectAsync(FormattableString.Invariant($"drbdsetup net-options ipv4:10.77.1.{here}:7789 ipv4:10.77.1.{there}:7789 --ping-int=8"), Limit, cancel);
        await reader.UntilAsync("a timeout that somebody made slow is set", "drbdsetup show data | grep -Eq 'ping-int[[:space:]]+2;'", Limit, cancel);
        await reader.ExpectAsync("drbdadm adjust data", Limit, cancel);
        var told = await reader.RunAsync("nodeagent doctor", Limit, cancel);
        Stage.Require(!(told.Output + told.Errors).Contains("option 'networks'", StringComparison.Ordinal), $"doctor finds the addresses elsewhere: {told.Describe()}");
    }
}
