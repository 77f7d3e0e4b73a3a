using NodeAgent.Lab.Mirrors;

namespace NodeAgent.Lab.Scenarios;

/// <summary>A scenario on a pool of mirrors across two nodes, with a volume "data", that the first of them writes in epoch 1.</summary>
public abstract class MirrorScenario : IScenario
{
    public abstract string Name { get; }

    public abstract string About { get; }

    public int Nodes => 3;

    protected virtual int Pairs => 4;

    public async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        var mirror = new MirrorFormation(stage, Pairs);
        await mirror.FormAsync(cancel);
        try
        {
            await mirror.ExpectAsync(mirror.First, "create data 0 1", cancel);
            await StoryAsync(stage, mirror, cancel);
        }
        finally
        {
            await mirror.KeepEvidenceAsync(CancellationToken.None);
        }
    }

    /// <summary>What happens to the pool, which is whole and certified.</summary>
    protected abstract Task StoryAsync(Stage stage, MirrorFormation mirror, CancellationToken cancel);
}
