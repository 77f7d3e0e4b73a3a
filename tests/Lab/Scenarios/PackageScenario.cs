namespace NodeAgent.Lab.Scenarios;

/// <summary>A scenario that needs the NodeAgent package.</summary>
public abstract class PackageScenario : IScenario
{
    public abstract string Name { get; }

    public abstract string About { get; }

    public abstract int Nodes { get; }

    public virtual string? Obstacle(Stage stage) =>
        stage.Package is null ? "no package given (--deb FILE)"
        : File.Exists(stage.Package) ? null
        : $"there is no {stage.Package}";

    public virtual Task TakeNodesAsync(Stage stage, CancellationToken cancel) => stage.Cluster.UpAsync(Nodes, cancel);

    public abstract Task PlayAsync(Stage stage, CancellationToken cancel);
}
