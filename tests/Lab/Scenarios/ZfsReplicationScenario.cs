namespace NodeAgent.Lab.Scenarios;

/// <summary>Waits for the command line of replication; see the description.</summary>
public sealed class ZfsReplicationScenario : PackageScenario
{
    public override string Name => "zfs-replication";

    public override string About => "two nodes replicate under write load: lag, cut stream, full receiver, absent receiver, retention";

    public override int Nodes => 2;

    public override string? Obstacle(Stage stage) => base.Obstacle(stage) ?? "its steps are not written yet";

    public override Task PlayAsync(Stage stage, CancellationToken cancel) => Task.CompletedTask;
}
