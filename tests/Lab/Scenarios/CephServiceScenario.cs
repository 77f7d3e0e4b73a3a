using NodeAgent.Lab.Ceph;
using NodeAgent.Lab.Failover;

namespace NodeAgent.Lab.Scenarios;

/// <summary>
/// PostgreSQL on an RBD image that the kernel opens, looked after by the agent: power cut of its node, return, planned move, and a
/// device that was mapped before the move and cannot write after it. Not one acknowledged row may be missing.
/// </summary>
public sealed class CephServiceScenario : FailoverScenario
{
    private static readonly TimeSpan SafeLimit = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan TakeLimit = TimeSpan.FromMinutes(5);

    public override string Name => "ceph-service";

    public override string About => "a service on Ceph RBD opened by the kernel: power cut under write load, return, planned move, a stale device of a third node cannot write; 0 rows lost";

    protected override ServiceStorage Storage { get; } = new CephStorage();

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        try
        {
            await TellAsync(play, cancel);
        }
        finally
        {
            foreach (var node in new[] { play[1], play[2], play[3] }.Where(node => node.IsRunning))
            {
                await CephStorage.KeepEvidenceAsync(node, play.Stage.Artifacts, CancellationToken.None);
            }
        }
    }

    private static async Task TellAsync(FailoverPlay play, CancellationToken cancel)
    {
        var home = await play.SafeAsync(cancel, SafeLimit);
        play[home].PowerCut();
        var taken = await play.TakenOverAsync(home, DateTimeOffset.UtcNow, cancel, TakeLimit);
        Stage.Require(taken is { Lost: 0, StatedSeconds: 0 }, $"Ceph loses nothing and says so: {taken}");
        await play[home].PowerOnAsync(cancel);
        await play[home].WaitReadyAsync(cancel);
        var away = await play.SafeAsync(cancel, SafeLimit);
        await play[away].UntilAsync("the cluster is whole again", "timeout 20 ceph osd stat -f json | jq -e '.num_up_osds == 3'", SafeLimit, cancel);
        await StaleAsync(play, away, home, 6 - away - home, cancel);
        await play.SafeAsync(cancel, SafeLimit);
    }

    /// <summary>A third node has the image mapped by hand, with its agent frozen, while the service is moved.</summary>
    private static async Task StaleAsync(FailoverPlay play, int from, int to, int third, CancellationToken cancel)
    {
        var stale = play[third];
        await stale.ExpectAsync("systemctl kill -s STOP --kill-whom=main nodeagent && modprobe rbd", cancel: cancel);
        await stale.ExpectAsync($"rbd device map -o noshare {CephStorage.Image}", TimeSpan.FromMinutes(2), cancel);
        const string Device = "/dev/rbd/" + CephStorage.Image;
        await stale.ExpectAsync($"dd if={Device} of=/root/first bs=4096 count=1 iflag=direct status=none", TimeSpan.FromMinutes(1), cancel);
        var address = (await stale.ExpectAsync("cat /sys/bus/rbd/devices/0/client_addr", cancel: cancel)).Trim();

        await ServiceMoveScenario.MoveAsync(play, from, to, cancel);

        var listed = await play[to].ExpectAsync("timeout 60 ceph osd blocklist ls", TimeSpan.FromMinutes(2), cancel);
        Stage.Require(listed.Contains(address, StringComparison.Ordinal), $"{address} of node{third}, which watched the image, is not shut out: {listed}");
        var written = await stale.RunAsync($"dd if=/root/first of={Device} bs=4096 count=1 oflag=direct", TimeSpan.FromMinutes(1), cancel);
        Stage.Require(!written.Ok, $"node{third} wrote through a device that was mapped before the move");
        play.Stage.Note($"node{third}, mapped before the move as {address}, is refused: {written.Errors.Split('\n')[0].Trim()}");

        await stale.ExpectAsync("systemctl kill -s CONT --kill-whom=main nodeagent", cancel: cancel);
        await stale.UntilAsync("what is left over is unmapped", "! ls -d /sys/bus/rbd/devices/* 2>/dev/null", TimeSpan.FromMinutes(3), cancel);
        play.Stage.Note($"node{third}'s agent has unmapped it");
    }
}
