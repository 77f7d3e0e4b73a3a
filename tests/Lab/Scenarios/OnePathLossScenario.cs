namespace NodeAgent.Lab.Scenarios;

/// <summary>Waits for the command line of replication; see the description.</summary>
public sealed class OnePathLossScenario : PackageScenario
{
    public override string Name => "one-path-loss";

    public override string About => "one replication network is cut: replication goes on over the other and status says so";

    public override int Nodes => 2;

    public override string? Obstacle(Stage stage) => base.Obstacle(stage) ?? "its steps are not written yet";

    public override Task PlayAsync(Stage stage, CancellationToken cancel) => Task.CompletedTask;
}
