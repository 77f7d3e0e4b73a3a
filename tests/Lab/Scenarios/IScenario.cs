namespace NodeAgent.Lab.Scenarios;

/// <summary>One story on fresh machines. It throws a <see cref="Host.LabFailure"/> when the story goes wrong.</summary>
public interface IScenario
{
    string Name { get; }

    string About { get; }

    int Nodes { get; }

    /// <summary>Why it cannot run here, or null. Asked before any machine starts.</summary>
    string? Obstacle(Stage stage) => null;

    /// <summary>Gives the scenario its nodes. Fresh ones, unless the scenario says otherwise.</summary>
    Task TakeNodesAsync(Stage stage, CancellationToken cancel) => stage.Cluster.UpAsync(Nodes, cancel);

    Task PlayAsync(Stage stage, CancellationToken cancel);
}
