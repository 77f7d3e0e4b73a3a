using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>One of two replication networks dies and comes back.</summary>
public sealed class OnePathLossScenario : ReplicationScenario
{
    private static readonly TimeSpan CopyLimit = TimeSpan.FromSeconds(90);

    public override string Name => "one-path-loss";

    public override string About => "one replication network is cut: replication goes on over the other, then over the first alone";

    public override int Nodes => 2;

    public override async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        await PrepareAsync(stage, "5s", cancel);
        await NextCopyAsync(stage, null, CopyLimit, cancel);
        foreach (var (lost, other) in new[] { (Link.ReplicationA, Link.ReplicationB), (Link.ReplicationB, Link.ReplicationA) })
        {
            var before = await CommonAsync(stage, cancel);
            await stage[2].CutLinkAsync(lost, cancel);
            var pause = await NextCopyAsync(stage, before, CopyLimit, cancel);
            stage.Note($"{lost} cut: next copy over {other} after {pause.TotalSeconds:F1} s");
            await stage[2].RestoreLinkAsync(lost, cancel);
        }
    }
}
