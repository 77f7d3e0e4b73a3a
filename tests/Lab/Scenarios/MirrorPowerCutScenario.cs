using NodeAgent.Lab.Checking;
using NodeAgent.Lab.Mirrors;

namespace NodeAgent.Lab.Scenarios;

/// <summary>The writer loses power, the other node takes the pool, the first comes back and is certified, the pool goes home.</summary>
public sealed class MirrorPowerCutScenario() : MirrorScenario(
    "mirror-power-cut",
    "NVMe-oF mirror: power cut of the writer under flushed writes; the other imports; 0 lost; return, copying, handover back")
{
    protected override async Task StoryAsync(Stage stage, MirrorFormation mirror, CancellationToken cancel)
    {
        await TakenOverAsync(stage, mirror, cancel);
        await BackHomeAsync(stage, mirror, cancel);
    }

    private static async Task TakenOverAsync(Stage stage, MirrorFormation mirror, CancellationToken cancel)
    {
        using var ledger = new WriteLedger(mirror.First, $"{MirrorFormation.Mountpoint}/log");
        await ledger.StartAsync(TimeSpan.FromMilliseconds(10), cancel);
        await Task.Delay(TimeSpan.FromSeconds(4 + (DateTimeOffset.UtcNow.Millisecond / 250.0)), cancel);
        mirror.First.PowerCut();
        var cut = stage.Seconds;
        await mirror.ExpectAsync(mirror.Second, "promote 2", cancel);
        stage.RtoSeconds = stage.Seconds - cut;
        stage.Note($"storage back {stage.RtoSeconds:F1} s after the cut, lease not counted");
        await mirror.JudgeAsync(ledger, mirror.Second, "log", cancel);
        await MirrorFormation.ScrubAsync(mirror.Second, cancel);
        await mirror.RequireStatusAsync(mirror.Second, "node1=Outdated; node2=InSync", "the dead half should be out of date", cancel);
    }

    private static async Task BackHomeAsync(Stage stage, MirrorFormation mirror, CancellationToken cancel)
    {
        using var ledger = new WriteLedger(mirror.Second, $"{MirrorFormation.Mountpoint}/second");
        await ledger.StartAsync(TimeSpan.FromMilliseconds(50), cancel);

        // The half that returns must not be taken before it is whole.
        await mirror.ReturnAsync(mirror.First, cancel);
        var early = await MirrorFormation.OrderAsync(mirror.First, "promote 3", cancel);
        var isEarly = !(await MirrorFormation.OrderAsync(mirror.Second, "status", cancel)).Contains("node1=InSync", StringComparison.Ordinal);
        stage.Note($"promotion of the half that returned: {early}");
        Stage.Require(!isEarly || early.StartsWith("WouldLoseWrites", StringComparison.Ordinal), $"a stale half was not refused: {early}");
        await mirror.CertifiedAsync(mirror.Second, "the node was back", cancel);
        await ledger.StopAsync(cancel);
        var began = stage.Seconds;
        await mirror.ExpectAsync(mirror.Second, "demote", cancel);
        await mirror.ExpectAsync(mirror.First, "promote 4", cancel);
        stage.Note($"planned handover {stage.Seconds - began:F1} s");
        await mirror.JudgeAsync(ledger, mirror.First, "second", cancel);
        await mirror.RequireCertifiedAsync(mirror.First, "a handover in order should keep the certificate", cancel);
        await MirrorFormation.ScrubAsync(mirror.First, cancel);
    }
}
