using NodeAgent.Lab.Checking;
using NodeAgent.Lab.Mirrors;

namespace NodeAgent.Lab.Scenarios;

/// <summary>The node without the pool dies: writes freeze, it is recorded, they go on. Then the writer dies too, and the stale half must not be taken.</summary>
public sealed class MirrorPeerLossScenario() : MirrorScenario(
    "mirror-peer-loss",
    "NVMe-oF mirror: the peer dies under load: freeze, record, release; then the writer dies and the stale half is refused; the right node brings all back")
{
    protected override async Task StoryAsync(Stage stage, MirrorFormation mirror, CancellationToken cancel)
    {
        using var ledger = new WriteLedger(mirror.First, $"{MirrorFormation.Mountpoint}/log");
        await FrozenAsync(stage, mirror, ledger, cancel);
        await RefusedAsync(mirror, ledger, cancel);
    }

    private static async Task FrozenAsync(Stage stage, MirrorFormation mirror, WriteLedger ledger, CancellationToken cancel)
    {
        await ledger.StartAsync(TimeSpan.FromMilliseconds(10), cancel);
        await Task.Delay(TimeSpan.FromSeconds(3), cancel);
        mirror.Second.PowerCut();
        var cut = DateTimeOffset.UtcNow;
        var longest = TimeSpan.Zero;
        var last = (Count: ledger.Acknowledged, At: cut);
        while (DateTimeOffset.UtcNow - cut < TimeSpan.FromSeconds(60) && !(last.At - cut > TimeSpan.FromSeconds(20) && DateTimeOffset.UtcNow - last.At < TimeSpan.FromSeconds(1)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancel);
            var now = (Count: ledger.Acknowledged, At: DateTimeOffset.UtcNow);
            longest = now.At - last.At > longest ? now.At - last.At : longest;
            last = now.Count == last.Count ? last : now;
        }

        stage.Note($"peer dead: longest stall of a writer that flushes {longest.TotalSeconds:F1} s");
        Stage.Require(DateTimeOffset.UtcNow - last.At < TimeSpan.FromSeconds(5), "writes never went on");
        await mirror.RequireStatusAsync(mirror.First, "node1=InSync; node2=Outdated", "the certificate does not say that the peer is out of date", cancel);
        await Task.Delay(TimeSpan.FromSeconds(3), cancel);
    }

    private static async Task RefusedAsync(MirrorFormation mirror, WriteLedger ledger, CancellationToken cancel)
    {
        mirror.First.PowerCut();
        await mirror.ReturnAsync(mirror.Second, cancel);

        // The store is a majority again with node 2 and node 3.
        await MirrorFormation.UntilStatusAsync(mirror.Second, "the store answers", "^ok", TimeSpan.FromSeconds(90), cancel);
        await mirror.RequireRefusedAsync(mirror.Second, "promote 2", "a stale half was not refused", cancel);
        await mirror.ReturnAsync(mirror.First, cancel);
        await mirror.ExpectAsync(mirror.First, "promote 3", cancel);
        await mirror.JudgeAsync(ledger, mirror.First, "log", cancel);
        await mirror.CertifiedAsync(mirror.First, "the writer was back", cancel);
        await MirrorFormation.ScrubAsync(mirror.First, cancel);
    }
}
