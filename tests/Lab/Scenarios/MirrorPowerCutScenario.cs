using NodeAgent.Lab.Checking;
using NodeAgent.Lab.Mirrors;

namespace NodeAgent.Lab.Scenarios;

/// <summary>The writer loses power, the other node takes the pool, the first comes back and is certified, the pool goes home.</summary>
public sealed class MirrorPowerCutScenario : IScenario
{
    public string Name => "mirror-power-cut";

    public string About => "NVMe-oF mirror: power cut of the writer under flushed writes; the other imports; 0 lost; return, copying, handover back";

    public int Nodes => 3;

    public async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        var mirror = new MirrorFormation(stage, pairs: 4);
        await mirror.FormAsync(cancel);
        try
        {
            await mirror.ExpectAsync(mirror.First, "create data 0 1", cancel);
            await TakenOverAsync(stage, mirror, cancel);
            await BackHomeAsync(stage, mirror, cancel);
        }
        finally
        {
            await mirror.KeepEvidenceAsync(CancellationToken.None);
        }
    }

    private static async Task TakenOverAsync(Stage stage, MirrorFormation mirror, CancellationToken cancel)
    {
        using var ledger = new WriteLedger(mirror.First, $"{MirrorFormation.Data}/log");
        await ledger.StartAsync(TimeSpan.FromMilliseconds(10), cancel);
        await Task.Delay(TimeSpan.FromSeconds(4 + (DateTimeOffset.UtcNow.Millisecond / 250.0)), cancel);
        mirror.First.PowerCut();
        var cut = stage.Seconds;
        await mirror.ExpectAsync(mirror.Second, "promote 2", cancel);
        stage.RtoSeconds = stage.Seconds - cut;
        var verdict = await ledger.CompareAsync(mirror.Second, $"{MirrorFormation.Data}/log", cancel);
        stage.Acknowledged = verdict.Acknowledged;
        stage.Lost = verdict.Lost;
        stage.Note($"storage back {stage.RtoSeconds:F1} s after the cut, lease not counted; {verdict}");
        Stage.Require(verdict is { Lost: 0, Corrupt: 0 }, $"lost or corrupt: {verdict}");
        await MirrorFormation.ScrubAsync(mirror.Second, cancel);
        Stage.Require((await mirror.ExpectAsync(mirror.Second, "status", cancel)).Contains("node1=Outdated; node2=InSync", StringComparison.Ordinal), "the dead half should be out of date");
    }

    private static async Task BackHomeAsync(Stage stage, MirrorFormation mirror, CancellationToken cancel)
    {
        using var ledger = new WriteLedger(mirror.Second, $"{MirrorFormation.Data}/second");
        await ledger.StartAsync(TimeSpan.FromMilliseconds(50), cancel);

        // The half that returns must not be taken before it is whole.
        await mirror.ReturnAsync(mirror.First, cancel);
        var early = await MirrorFormation.OrderAsync(mirror.First, "promote 3", cancel);
        var isEarly = !(await MirrorFormation.OrderAsync(mirror.Second, "status", cancel)).Contains("node1=InSync", StringComparison.Ordinal);
        stage.Note($"promotion of the half that returned: {early}");
        Stage.Require(!isEarly || early.StartsWith("WouldLoseWrites", StringComparison.Ordinal), $"a stale half was not refused: {early}");
        var certified = await mirror.CertifiedAsync(mirror.Second, TimeSpan.FromMinutes(4), cancel);
        stage.Note($"certified again {certified.TotalSeconds:F1} s after the node was back");
        await ledger.StopAsync(cancel);
        var began = stage.Seconds;
        await mirror.ExpectAsync(mirror.Second, "demote", cancel);
        await mirror.ExpectAsync(mirror.First, "promote 4", cancel);
        stage.Note($"planned handover {stage.Seconds - began:F1} s");
        var verdict = await ledger.CompareAsync(mirror.First, $"{MirrorFormation.Data}/second", cancel);
        stage.Acknowledged += verdict.Acknowledged;
        stage.Lost += verdict.Lost;
        Stage.Require(verdict is { Lost: 0, Corrupt: 0 }, $"lost or corrupt after the handover: {verdict}");
        Stage.Require((await mirror.ExpectAsync(mirror.First, "status", cancel)).Contains("node1=InSync; node2=InSync", StringComparison.Ordinal), "a handover in order should keep the certificate");
        await MirrorFormation.ScrubAsync(mirror.First, cancel);
    }
}
