using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Machines;
using NodeAgent.Lab.Mirrors;

namespace NodeAgent.Lab.Scenarios;

/// <summary>A drive of the peer, then one of the writer, dies and is replaced by an empty one under the same PARTUUID.</summary>
public sealed class MirrorServiceDriveScenario : FailoverScenario
{
    private const int Drive = 1;
    private static readonly TimeSpan CopyLimit = TimeSpan.FromMinutes(8);

    public override string Name => "mirror-service-drive";

    public override string About => "a service on an NVMe-oF mirror: a drive of either node dies under write load, an empty one takes its place by itself; certified again, 0 lost, scrub clean";

    protected override ServiceStorage Storage => MirrorStorage.Shared;

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        var home = await play.SafeAsync(cancel);
        await ReplaceAsync(play, play[home], play[3 - home], replaced: 1, cancel);
        await ReplaceAsync(play, play[home], play[home], replaced: 2, cancel);
        await MirrorFormation.ScrubAsync(play[home], cancel, MirrorStorage.Pool);
    }

    private static async Task ReplaceAsync(FailoverPlay play, LabNode writer, LabNode owner, int replaced, CancellationToken cancel)
    {
        var device = $"/dev/disk/by-partuuid/{MirrorFormation.Partition(owner.Number, Drive)}";
        await writer.ExpectAsync($"zpool offline -f {MirrorStorage.Pool} {device}", cancel: cancel);
        var began = play.Stage.Seconds;

        // What a new drive holds: nothing where ZFS keeps its labels, at both ends.
        await owner.ExpectAsync($"s=$(blockdev --getsize64 {device}); dd if=/dev/zero of={device} bs=1M count=8 conv=fsync,notrunc status=none; dd if=/dev/zero of={device} bs=1M seek=$((s/1048576-8)) count=8 conv=fsync,notrunc status=none", cancel: cancel);
        await writer.UntilAsync($"the drive of {owner.Name} is replaced", $"test $(zpool history {MirrorStorage.Pool} | grep -c 'zpool replace') -ge {replaced}", CopyLimit, cancel);
        await writer.UntilAsync("both halves are certified", $"{StatusView.Command} | jq -e 'all(.problems[]; .subject != \"{MirrorStorage.Name}\") and ([.units[] | select(.unit == \"{MirrorStorage.Name}\") | .copies[].state] | all(. == \"inSync\"))' && ! zpool status {MirrorStorage.Pool} | grep -qE 'FAULTED|replacing|in progress'", CopyLimit, cancel);
        await play.SafeAsync(cancel, CopyLimit);
        play.Stage.Note(FormattableString.Invariant($"a drive of {owner.Name} ({(owner == writer ? "the writer" : "the other")}) replaced and both halves certified {play.Stage.Seconds - began:F1} s after it died"));
    }
}
