using NodeAgent.Lab.Drbd;
using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>
/// PostgreSQL on a DRBD resource of two nodes, looked after by the agent: power cut of its node, return, certificate, planned
/// move home, replication link cut, power cut while the other copy is out of date. Not one acknowledged row may be missing.
/// </summary>
public sealed class DrbdServiceScenario : DrbdScenario
{
    private static readonly TimeSpan FreezeLimit = TimeSpan.FromSeconds(60);

    public override string Name => "drbd-service";

    public override string About => "a service on DRBD 8.4: power cut under write load, return, move home, replication link cut, power cut while the other copy is outdated; 0 rows lost, copies equal";

    protected override async Task TellAsync(FailoverPlay play, CancellationToken cancel)
    {
        var home = await play.SafeAsync(cancel, DrbdStorage.CopyLimit);
        play[home].PowerCut();
        var taken = await play.TakenOverAsync(home, DateTimeOffset.UtcNow, cancel);
        Stage.Require(taken is { Lost: 0, StatedSeconds: 0 }, $"DRBD loses nothing and says so: {taken}");
        await BackAsync(play, home, cancel);
        var away = await play.SafeAsync(cancel, DrbdStorage.CopyLimit);
        await ServiceMoveScenario.MoveAsync(play, away, home, cancel);
        await VerifyAsync(play, cancel);

        await LinkCutAsync(play, home, away, cancel);
        await OutdatedAsync(play, home, away, cancel);
        await VerifyAsync(play, cancel);
    }

    /// <summary>A node that lost power: on again, and safe to lose the other.</summary>
    private static async Task BackAsync(FailoverPlay play, int node, CancellationToken cancel)
    {
        await play[node].PowerOnAsync(cancel);
        await play[node].WaitReadyAsync(cancel);
        var back = play.Stage.Seconds;
        await play.SafeAsync(cancel, DrbdStorage.CopyLimit);
        play.Stage.Note(FormattableString.Invariant($"safe again {play.Stage.Seconds - back:F1} s after node{node} was back"));
    }

    /// <summary>Writes freeze, the other copy is recorded as out of date, they go on.</summary>
    private static async Task LinkCutAsync(FailoverPlay play, int home, int away, CancellationToken cancel)
    {
        var cut = DateTimeOffset.UtcNow;
        await play[home].CutLinkAsync(Link.ReplicationA, cancel);
        Acknowledgement? first = null;
        await play[home].UntilAsync("the other copy is recorded as out of date", "journalctl -u nodeagent --no-pager -o cat --since -2min | grep -q 'recorded that only the copy of'", FreezeLimit, cancel);
        var recorded = DateTimeOffset.UtcNow;
        await Patience.UntilAsync("the writer goes on alone", FreezeLimit, cancel, () => Task.FromResult((first = play.Writers.All.LastOrDefault(ack => ack.Node == home && ack.Sent > recorded)) is not null));
        var gap = play.Writers.All.Where(ack => ack.Heard >= cut).Select(ack => ack.Heard).Append(cut).Order().ToList();
        var longest = gap.Zip(gap.Skip(1), (one, next) => (next - one).TotalSeconds).DefaultIfEmpty(0).Max();
        play.Stage.Note(FormattableString.Invariant($"replication link cut: writes stood still for {longest:F1} s, then went on with node{away} recorded as out of date"));
    }

    /// <summary>The writer dies too: the stale copy is not taken. It comes back: goes on, or certifies the other copy, which goes on.</summary>
    private static async Task OutdatedAsync(FailoverPlay play, int home, int away, CancellationToken cancel)
    {
        var dead = DateTimeOffset.UtcNow;
        play[home].PowerCut();
        await Task.Delay(TimeSpan.FromSeconds(60), cancel);
        Stage.Require(play.Writers.FirstElsewhere(home, dead) is null, $"node{away} took rows on a copy that is out of date");
        Stage.Require(await play[away].ExpectAsync("drbdadm role data", cancel: cancel) is { } role && !role.StartsWith("Primary", StringComparison.Ordinal), $"node{away} is primary on a copy that is out of date");
        play.Stage.Note($"60 s after the writer's power cut node{away} has not taken its outdated copy");
        await play[home].RestoreLinkAsync(Link.ReplicationA, cancel);
        await BackAsync(play, home, cancel);
        var active = await play.SafeAsync(cancel, DrbdStorage.CopyLimit);
        var lost = await play.LostAsync(play[active], active, cancel);
        Stage.Require(lost.Count == 0, $"{lost.Count} rows were lost");
        play.Stage.Note($"node{home} is back, node{active} has the service, 0 rows lost");
    }
}
