using NodeAgent.Lab.Checking;

namespace NodeAgent.Lab.Scenarios;

/// <summary>Replication every 5 s under write load: how far behind the copy is, and an absent receiver.</summary>
public sealed class ZfsReplicationScenario : ReplicationScenario
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    public override string Name => "zfs-replication";

    public override string About => "replication every 5 s under write load: measured lag, receiver away for ten intervals";

    public override int Nodes => 2;

    public override async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        await PrepareAsync(stage, "5s", cancel);
        await NextCopyAsync(stage, null, TimeSpan.FromSeconds(90), cancel);
        using var ledger = new WriteLedger(stage[1], await MountAsync(stage[1], cancel) + "/log");
        await ledger.StartAsync(TimeSpan.FromMilliseconds(20), cancel);
        await Task.Delay(Every * 6, cancel);

        var before = await CommonAsync(stage, cancel);
        await stage[2].PauseAsync(cancel);
        await Task.Delay(Every * 10, cancel);
        await stage[2].ResumeAsync(cancel);
        var caughtUp = await NextCopyAsync(stage, before, TimeSpan.FromMinutes(2), cancel);
        stage.Note($"receiver frozen for ten intervals: caught up {caughtUp.TotalSeconds:F1} s after it thawed");

        await Task.Delay(Every * 3, cancel);
        stage[1].PowerCut();
        var verdict = await ledger.CompareAsync(stage[2], await MountAsync(stage[2], cancel) + "/log", cancel);
        stage.Acknowledged = verdict.Acknowledged;
        stage.Lost = verdict.Lost;
        stage.RpoSeconds = verdict.LostSeconds;
        Stage.Require(verdict.Corrupt == 0, $"the copy is damaged: {verdict}");
        Stage.Require(verdict.LostSeconds < (Every * 6).TotalSeconds, $"the copy is {verdict.LostSeconds:F1} s behind at an interval of {Every.TotalSeconds} s");
    }
}
