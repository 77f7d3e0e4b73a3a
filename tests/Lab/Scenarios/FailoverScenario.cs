using System.Globalization;
using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Host;

namespace NodeAgent.Lab.Scenarios;

/// <summary>A scenario on three nodes with a PostgreSQL that fails over, under write load from outside all the time.</summary>
public abstract class FailoverScenario : PackageScenario
{
    protected static readonly TimeSpan CommandLimit = TimeSpan.FromMinutes(3);

    // Agents look at their copies every 10 s.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(15);

    public override int Nodes => 3;

    /// <summary>How long a node may stall, in seconds. On a host that is busy with other things 4 s are nothing: NODEAGENT_LAB_STALL.</summary>
    protected virtual int Stall =>
        int.TryParse(Environment.GetEnvironmentVariable("NODEAGENT_LAB_STALL"), CultureInfo.InvariantCulture, out var chosen) ? chosen : 4;

    /// <summary>Why a bar for S = 4 s, or less, cannot be judged in this run; null if it can.</summary>
    protected string? SlackStall => Stall > 4 ? string.Create(CultureInfo.InvariantCulture, $"it is for S = 4 s, and this run has {Stall} s") : null;

    /// <summary>How often what a scenario is about is done: NODEAGENT_LAB_RUNS.</summary>
    protected static int Repeats(int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable("NODEAGENT_LAB_RUNS"), CultureInfo.InvariantCulture, out var runs) && runs > 0 ? runs : otherwise;

    /// <summary>What the service lies on.</summary>
    protected virtual ServiceStorage Storage => ServiceStorage.Copies;

    public override string? Obstacle(Stage stage) => base.Obstacle(stage) ?? Storage.Obstacle(stage.Package!);

    public override async Task TakeNodesAsync(Stage stage, CancellationToken cancel)
    {
        // To form a cluster costs ten minutes on a busy host: what an earlier run left up with --keep may be gone on with.
        if (Environment.GetEnvironmentVariable("NODEAGENT_LAB_RUNNING") is { Length: > 0 } && stage.Cluster.Running.Count == Nodes)
        {
            await stage.Cluster.AttachAsync(cancel);
            return;
        }

        await stage.Cluster.UpPreparedAsync(
            Nodes, FailoverFormation.LayerOf(stage.Package!, Stall, Storage), nodes => FailoverFormation.FormAsync(nodes, Stall, Storage, cancel), cancel,
            () => stage.Cluster.UpPreparedAsync(Nodes, Formation.LayerOf(stage.Package!), nodes => Formation.FormAsync(stage.Package!, nodes, cancel), cancel));
    }

    public override async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        using var writers = new OutsideWriters(stage.Cluster, Nodes);
        var play = new FailoverPlay(stage, writers);
        try
        {
            await AwakeAsync(play, cancel);
            await StoryAsync(play, cancel);
            await play.JudgeAsync(cancel);
        }
        catch (LabFailure)
        {
            Say.Line("  writers: " + string.Join("\n           ", writers.Said.TakeLast(12)));
            throw;
        }
    }

    /// <summary>
    /// A restored cluster has slept, and its service is stopped: it is started. What its copies last said of their age is from before, and
    /// too good. They are brought up to date and looked at again.
    /// </summary>
    private static async Task AwakeAsync(FailoverPlay play, CancellationToken cancel)
    {
        await play[1].UntilAsync("the service is started", $"nodeagent service start {FailoverFormation.Service} || {{ sleep 2; false; }}", CommandLimit, cancel);
        var active = await play.SafeAsync(cancel);
        await play[active].RunAsync("nodeagent replication run db", CommandLimit, cancel);
        await Task.Delay(LookEvery, cancel);
        await play.SafeAsync(cancel);
    }

    /// <summary>What happens to the service, which runs and is safe.</summary>
    protected abstract Task StoryAsync(FailoverPlay play, CancellationToken cancel);
}
