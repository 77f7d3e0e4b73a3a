using NodeAgent.Lab.Drbd;
using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>
/// The replication link of a service on DRBD comes and goes; then the node that is being brought up to date loses power in the middle of it.
/// </summary>
public sealed class DrbdServiceFlapScenario : DrbdScenario
{
    private const int ResyncMiB = 240;
    private static readonly double[] Cuts = [0.5, 3, 6, 1, 9, 0.5];
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    public override string Name => "drbd-service-flap";

    public override string About => "the replication link under DRBD 8.4 flaps under write load; then the copy that is being brought up to date loses power in the middle; 0 rows lost, copies equal";

    protected override async Task TellAsync(FailoverPlay play, CancellationToken cancel)
    {
        var home = await play.SafeAsync(cancel, DrbdStorage.CopyLimit);
        await FlapAsync(play, home, cancel);
        await ResyncCutAsync(play, home, 3 - home, cancel);
        await VerifyAsync(play, cancel);
    }

    private static async Task FlapAsync(FailoverPlay play, int home, CancellationToken cancel)
    {
        var began = DateTimeOffset.UtcNow;
        foreach (var seconds in Cuts)
        {
            await play[home].CutLinkAsync(Link.ReplicationA, cancel);
            await Task.Delay(TimeSpan.FromSeconds(seconds), cancel);
            await play[home].RestoreLinkAsync(Link.ReplicationA, cancel);
            await Task.Delay(TimeSpan.FromSeconds(2), cancel);
        }

        var restored = play.Stage.Seconds;
        var active = await play.SafeAsync(cancel, DrbdStorage.CopyLimit);
        Stage.Require(active == home, $"node{active} has the service: a link that flaps is no reason to move it");
        var heard = play.Writers.All.Where(ack => ack.Heard >= began).Select(ack => ack.Heard).Order().ToList();
        var longest = heard.Zip(heard.Skip(1), (one, next) => (next - one).TotalSeconds).Max();
        play.Stage.Note(FormattableString.Invariant(
            $"link cut {Cuts.Length} times for {Cuts.Min():F1} to {Cuts.Max():F1} s: writes stood still for {longest:F1} s at the most, safe again {play.Stage.Seconds - restored:F1} s after the last"));
        Stage.Require((await play.LostAsync(play[home], home, cancel)).Count == 0, "rows were lost while the link flapped");
    }

    private async Task ResyncCutAsync(FailoverPlay play, int home, int away, CancellationToken cancel)
    {
        await play[home].CutLinkAsync(Link.ReplicationA, cancel);
        await play[home].ExpectAsync($"head -c {ResyncMiB}M /dev/urandom > {Storage.Folder}/bulk && sync -f {Storage.Folder}/bulk", Limit, cancel);
        await play[home].RestoreLinkAsync(Link.ReplicationA, cancel);
        await play[home].UntilAsync("it brings the other copy up to date", "test \"$(drbdadm cstate data)\" = SyncSource", Limit, cancel);
        play[away].PowerCut();
        play.Stage.Note($"node{away} lost power while its copy was being brought up to date");
        await play[away].PowerOnAsync(cancel);
        await play[away].WaitReadyAsync(cancel);
        var back = play.Stage.Seconds;
        var active = await play.SafeAsync(cancel, DrbdStorage.CopyLimit);
        Stage.Require(active == home, $"node{active} has the service, node{home} had the only whole copy");
        play.Stage.Note(FormattableString.Invariant($"safe again {play.Stage.Seconds - back:F1} s after node{away} was back"));
    }
}
