using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Machines;
using NodeAgent.Lab.Mirrors;

namespace NodeAgent.Lab.Scenarios;

/// <summary>
/// A drive of the other node, then one of the writer, is taken out: the spare of the same node takes its place, and a cut of the
/// networks before it takes none.
/// </summary>
public sealed class MirrorServiceSpareScenario : FailoverScenario
{
    private static readonly TimeSpan CopyLimit = TimeSpan.FromMinutes(8);

    // Longer than a drive has to be gone for its spare.
    private static readonly TimeSpan Cut = TimeSpan.FromSeconds(80);

    public override string Name => "mirror-service-spare";

    public override string About => "a service on an NVMe-oF mirror with hot spares: networks cut, no spare is taken; a drive of either node is taken out under write load, its spare takes its place; certified again, 0 lost, scrub clean";

    protected override ServiceStorage Storage => MirrorStorage.WithSpare;

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        var home = await play.SafeAsync(cancel, CopyLimit);
        var (writer, other) = (play[home], play[3 - home]);
        await CutAsync(play, writer, other, cancel);
        await TakeOutAsync(play, writer, other, cancel);
        await TakeOutAsync(play, writer, writer, cancel);
        await MirrorFormation.ScrubAsync(writer, cancel, MirrorStorage.Pool);
    }

    private static async Task CutAsync(FailoverPlay play, LabNode writer, LabNode other, CancellationToken cancel)
    {
        await other.CutLinkAsync(Link.ReplicationA, cancel);
        await other.CutLinkAsync(Link.ReplicationB, cancel);
        await Task.Delay(Cut, cancel);
        await other.RestoreLinkAsync(Link.ReplicationA, cancel);
        await other.RestoreLinkAsync(Link.ReplicationB, cancel);
        await CertifiedAsync(writer, cancel);
        var spares = await writer.ExpectAsync($"zpool history {MirrorStorage.Pool} | grep -c 'zpool replace' || true", cancel: cancel);
        Stage.Require(spares.Trim() == "0", $"a cut of the networks cost {spares.Trim()} spares");
        play.Stage.Note(FormattableString.Invariant($"both replication networks of {other.Name} cut for {Cut.TotalSeconds:F0} s: no spare taken"));
    }

    private static async Task TakeOutAsync(FailoverPlay play, LabNode writer, LabNode owner, CancellationToken cancel)
    {
        var spare = MirrorFormation.Partition(owner.Number, MirrorStorage.WithSpare.Spare);
        var began = play.Stage.Seconds;
        await MirrorStorage.RemoveDiskAsync(owner, cancel);
        await writer.UntilAsync($"the spare of {owner.Name} is in", $"zpool status -LP {MirrorStorage.Pool} | grep -q . && zpool history {MirrorStorage.Pool} | grep 'zpool replace' | grep -q {spare}", CopyLimit, cancel);
        var taken = play.Stage.Seconds;
        await CertifiedAsync(writer, cancel);
        await play.SafeAsync(cancel, CopyLimit);
        play.Stage.Note(FormattableString.Invariant(
            $"a drive of {owner.Name} ({(owner == writer ? "the writer" : "the other")}) taken out: its spare is in after {taken - began:F1} s, both halves certified after {play.Stage.Seconds - began:F1} s"));
    }

    private static Task<TimeSpan> CertifiedAsync(LabNode writer, CancellationToken cancel) => writer.UntilAsync(
        "both halves are certified",
        $"{StatusView.Command} | jq -e '[.units[] | select(.unit == \"{MirrorStorage.Name}\") | .copies[].state] | all(. == \"inSync\")' && ! zpool status {MirrorStorage.Pool} | grep -qE 'FAULTED|REMOVED|UNAVAIL|OFFLINE|replacing|in progress'", CopyLimit, cancel);
}
