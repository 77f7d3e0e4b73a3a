using NodeAgent.Lab.Checking;
using NodeAgent.Lab.Mirrors;

namespace NodeAgent.Lab.Scenarios;

/// <summary>The writer loses power while the other half is being copied. That half carries a current label and holes: it must not be opened.</summary>
public sealed class MirrorResilverCutScenario() : MirrorScenario(
    "mirror-resilver-cut",
    "NVMe-oF mirror: power cut of the writer while the other half is being copied: it is refused; the right node brings all back")
{
    private const int MiB = 600;

    protected override async Task StoryAsync(Stage stage, MirrorFormation mirror, CancellationToken cancel)
    {
        mirror.Second.PowerCut();
        await MirrorFormation.UntilStatusAsync(mirror.First, "goes on alone", "node2=Outdated", TimeSpan.FromSeconds(60), cancel);
        using var ledger = new WriteLedger(mirror.First, $"{MirrorFormation.Mountpoint}/log");
        await ledger.StartAsync(TimeSpan.FromMilliseconds(20), cancel);
        await mirror.First.ExpectAsync(
            $"dd if=/dev/urandom of=/run/block bs=1M count=8 status=none; for i in $(seq {MiB / 8}); do cat /run/block; done | openssl enc -chacha20 -K {new string('a', 64)} -iv {new string('b', 32)} > {MirrorFormation.Mountpoint}/much && sync",
            TimeSpan.FromMinutes(3), cancel);
        await CutWhileCopyingAsync(stage, mirror, cancel);
        await BackAsync(mirror, ledger, cancel);
    }

    private static async Task CutWhileCopyingAsync(Stage stage, MirrorFormation mirror, CancellationToken cancel)
    {
        await mirror.First.ExpectAsync("echo 0 > /sys/module/zfs/parameters/zfs_resilver_min_time_ms; echo 1 > /sys/module/zfs/parameters/zfs_scan_vdev_limit 2>/dev/null || true", cancel: cancel);
        await mirror.ReturnAsync(mirror.Second, cancel);
        await mirror.First.UntilAsync("is copying", "zpool status tank | grep -q 'resilver in progress'", TimeSpan.FromSeconds(90), cancel);
        var status = await mirror.First.ExpectAsync("zpool status tank | grep -E 'scan:|done'", cancel: cancel);
        mirror.First.PowerCut();
        stage.Note("power cut of the writer: " + status.ReplaceLineEndings(" ").Trim());
        await mirror.RequireRefusedAsync(mirror.Second, "promote 2", "a half with holes was not refused", cancel);
    }

    private static async Task BackAsync(MirrorFormation mirror, WriteLedger ledger, CancellationToken cancel)
    {
        await mirror.ReturnAsync(mirror.First, cancel);
        await mirror.ExpectAsync(mirror.First, "promote 3", cancel);
        await mirror.JudgeAsync(ledger, mirror.First, "log", cancel);
        await mirror.CertifiedAsync(mirror.First, "the right node had the pool", cancel);
        await MirrorFormation.ScrubAsync(mirror.First, cancel);
    }
}
