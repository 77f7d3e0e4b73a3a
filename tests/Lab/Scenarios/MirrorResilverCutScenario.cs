using NodeAgent.Lab.Checking;
using NodeAgent.Lab.Mirrors;

namespace NodeAgent.Lab.Scenarios;

/// <summary>The writer loses power while the other half is being copied. That half carries a current label and holes: it must not be opened.</summary>
public sealed class MirrorResilverCutScenario : IScenario
{
    private const int MiB = 600;

    public string Name => "mirror-resilver-cut";

    public string About => "NVMe-oF mirror: power cut of the writer while the other half is being copied: it is refused; the right node brings all back";

    public int Nodes => 3;

    public async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        var mirror = new MirrorFormation(stage, pairs: 4);
        await mirror.FormAsync(cancel);
        try
        {
            await mirror.ExpectAsync(mirror.First, "create data 0 1", cancel);
            mirror.Second.PowerCut();
            await mirror.First.UntilAsync("goes on alone", "echo status | socat -t 60 - UNIX-CONNECT:/run/mirror.sock | grep -q node2=Outdated", TimeSpan.FromSeconds(60), cancel);
            using var ledger = new WriteLedger(mirror.First, $"{MirrorFormation.Data}/log");
            await ledger.StartAsync(TimeSpan.FromMilliseconds(20), cancel);
            await mirror.First.ExpectAsync(
                $"dd if=/dev/urandom of=/run/block bs=1M count=8 status=none; for i in $(seq {MiB / 8}); do cat /run/block; done | openssl enc -chacha20 -K {new string('a', 64)} -iv {new string('b', 32)} > {MirrorFormation.Data}/much && sync",
                TimeSpan.FromMinutes(3), cancel);
            await CutWhileCopyingAsync(stage, mirror, cancel);
            await BackAsync(stage, mirror, ledger, cancel);
        }
        finally
        {
            await mirror.KeepEvidenceAsync(CancellationToken.None);
        }
    }

    private static async Task CutWhileCopyingAsync(Stage stage, MirrorFormation mirror, CancellationToken cancel)
    {
        await mirror.First.ExpectAsync("echo 0 > /sys/module/zfs/parameters/zfs_resilver_min_time_ms; echo 1 > /sys/module/zfs/parameters/zfs_scan_vdev_limit 2>/dev/null || true", cancel: cancel);
        await mirror.ReturnAsync(mirror.Second, cancel);
        await mirror.First.UntilAsync("is copying", "zpool status tank | grep -q 'resilver in progress'", TimeSpan.FromSeconds(90), cancel);
        var status = await mirror.First.ExpectAsync("zpool status tank | grep -E 'scan:|done'", cancel: cancel);
        mirror.First.PowerCut();
        stage.Note("power cut of the writer: " + status.ReplaceLineEndings(" ").Trim());
        var refused = await MirrorFormation.OrderAsync(mirror.Second, "promote 2", cancel);
        stage.Note($"promotion of the half with holes: {refused}");
        Stage.Require(refused.StartsWith("WouldLoseWrites", StringComparison.Ordinal), $"a half with holes was not refused: {refused}");
    }

    private static async Task BackAsync(Stage stage, MirrorFormation mirror, WriteLedger ledger, CancellationToken cancel)
    {
        await mirror.ReturnAsync(mirror.First, cancel);
        await mirror.ExpectAsync(mirror.First, "promote 3", cancel);
        var verdict = await ledger.CompareAsync(mirror.First, $"{MirrorFormation.Data}/log", cancel);
        stage.Acknowledged = verdict.Acknowledged;
        stage.Lost = verdict.Lost;
        Stage.Require(verdict is { Lost: 0, Corrupt: 0 }, $"lost or corrupt: {verdict}");
        stage.Note($"certified again {(await mirror.CertifiedAsync(mirror.First, TimeSpan.FromMinutes(4), cancel)).TotalSeconds:F1} s after the right node had the pool; {verdict}");
        await MirrorFormation.ScrubAsync(mirror.First, cancel);
    }
}
