using NodeAgent.Lab.Checking;
using NodeAgent.Lab.Mirrors;

namespace NodeAgent.Lab.Scenarios;

/// <summary>The node without the pool dies: writes freeze, it is recorded, they go on. Then the writer dies too, and the stale half must not be taken.</summary>
public sealed class MirrorPeerLossScenario : IScenario
{
    public string Name => "mirror-peer-loss";

    public string About => "NVMe-oF mirror: the peer dies under load: freeze, record, release; then the writer dies and the stale half is refused; the right node brings all back";

    public int Nodes => 3;

    public async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        var mirror = new MirrorFormation(stage, pairs: 4);
        await mirror.FormAsync(cancel);
        try
        {
            await mirror.ExpectAsync(mirror.First, "create data 0 1", cancel);
            using var ledger = new WriteLedger(mirror.First, $"{MirrorFormation.Data}/log");
            await FrozenAsync(stage, mirror, ledger, cancel);
            await RefusedAsync(stage, mirror, ledger, cancel);
        }
        finally
        {
            await mirror.KeepEvidenceAsync(CancellationToken.None);
        }
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
        Stage.Require((await mirror.ExpectAsync(mirror.First, "status", cancel)).Contains("node1=InSync; node2=Outdated", StringComparison.Ordinal), "the certificate does not say that the peer is out of date");
        await Task.Delay(TimeSpan.FromSeconds(3), cancel);
    }

    private static async Task RefusedAsync(Stage stage, MirrorFormation mirror, WriteLedger ledger, CancellationToken cancel)
    {
        mirror.First.PowerCut();
        await mirror.ReturnAsync(mirror.Second, cancel);

        // The store is a majority again with node 2 and node 3.
        await mirror.Second.UntilAsync("the store answers", "echo status | socat -t 60 - UNIX-CONNECT:/run/mirror.sock | grep -q ^ok", TimeSpan.FromSeconds(90), cancel);
        var refused = await MirrorFormation.OrderAsync(mirror.Second, "promote 2", cancel);
        stage.Note($"promotion of the stale half: {refused}");
        Stage.Require(refused.StartsWith("WouldLoseWrites", StringComparison.Ordinal), $"a stale half was not refused: {refused}");
        await mirror.ReturnAsync(mirror.First, cancel);
        await mirror.ExpectAsync(mirror.First, "promote 3", cancel);
        var verdict = await ledger.CompareAsync(mirror.First, $"{MirrorFormation.Data}/log", cancel);
        stage.Acknowledged = verdict.Acknowledged;
        stage.Lost = verdict.Lost;
        Stage.Require(verdict is { Lost: 0, Corrupt: 0 }, $"lost or corrupt: {verdict}");
        var certified = await mirror.CertifiedAsync(mirror.First, TimeSpan.FromMinutes(4), cancel);
        stage.Note($"certified again {certified.TotalSeconds:F1} s after the writer was back");
        await MirrorFormation.ScrubAsync(mirror.First, cancel);
    }
}
