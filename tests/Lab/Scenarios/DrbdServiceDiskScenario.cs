using NodeAgent.Lab.Drbd;
using NodeAgent.Lab.Failover;

namespace NodeAgent.Lab.Scenarios;

/// <summary>
/// The disk below the writer's DRBD device fails: the kernel goes on through the other copy, which is recorded as the only whole one, and
/// the service moves there in order. The disk is mended, and both copies are certified again.
/// </summary>
public sealed class DrbdServiceDiskScenario : DrbdScenario
{
    private static readonly TimeSpan LeaveLimit = TimeSpan.FromMinutes(4);

    public override string Name => "drbd-service-disk";

    public override string About => "the disk under a DRBD 8.4 writer fails (device-mapper error target): the service moves to the whole copy; mended, both are certified again; 0 rows lost, copies equal";

    protected override ServiceStorage Storage { get; } = new DrbdStorage(DrbdBelow.Mapper);

    protected override async Task TellAsync(FailoverPlay play, CancellationToken cancel)
    {
        var home = await play.SafeAsync(cancel, DrbdStorage.CopyLimit);
        var away = 3 - home;
        await DrbdStorage.FailDiskAsync(play[home], isFailed: true, cancel);
        var failed = DateTimeOffset.UtcNow;
        await play.AcknowledgesAsync(away, failed, cancel, LeaveLimit);
        var all = play.Writers.All;
        var (last, first) = (all.Last(ack => ack.Node == home).Heard, all.First(ack => ack.Node == away && ack.Sent >= failed).Heard);
        Stage.Require(last < first, $"node{home} acknowledged a row after node{away} had");
        play.Stage.RtoSeconds = (first - last).TotalSeconds;
        play.Stage.RpoSeconds = 0;
        var lost = await play.LostAsync(play[away], home, cancel);
        Stage.Require(lost.Count == 0, $"{lost.Count} rows were lost");
        var state = await play[home].ExpectAsync("drbdadm dstate data", cancel: cancel);
        Stage.Require(state.StartsWith("Diskless/", StringComparison.Ordinal), $"node{home}'s disk failed, and its kernel says {state}");
        play.Stage.Note(FormattableString.Invariant(
            $"node{home}'s disk failed: it took rows through node{away}'s copy for {(last - failed).TotalSeconds:F1} s more, moved by itself, clients waited {(first - last).TotalSeconds:F1} s; 0 rows lost"));

        // What a person does: another disk, or the same one when it is well.
        await DrbdStorage.FailDiskAsync(play[home], isFailed: false, cancel);
        await play[home].ExpectAsync("drbdadm attach data", cancel: cancel);
        var mended = play.Stage.Seconds;
        var active = await play.SafeAsync(cancel, DrbdStorage.CopyLimit);
        Stage.Require(active == away, $"node{active} has the service, and it was not to go back by itself");
        play.Stage.Note(FormattableString.Invariant($"safe again {play.Stage.Seconds - mended:F1} s after the disk was attached"));
        await VerifyAsync(play, cancel);
    }
}
