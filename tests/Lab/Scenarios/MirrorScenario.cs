using NodeAgent.Lab.Mirrors;

namespace NodeAgent.Lab.Scenarios;

/// <summary>A scenario on a pool of mirrors across two nodes, with a volume "data", that the first of them writes in epoch 1.</summary>
public abstract class MirrorScenario(string name, string about, int pairs = 4) : IScenario
{
    public string Name => name;

    public string About => about;

    public int Nodes => 3;

    protected int Pairs => pairs;

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
