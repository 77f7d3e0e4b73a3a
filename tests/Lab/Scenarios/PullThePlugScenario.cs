using NodeAgent.Lab.Failover;

namespace NodeAgent.Lab.Scenarios;

/// <summary>The node that has the service loses power under write load, again and again; a survivor answers.</summary>
public sealed class PullThePlugScenario : FailoverScenario
{
    private const string RunsVariable = "NODEAGENT_LAB_RUNS";

    public override string Name => "pull-the-plug";

    public override string About => "power cut of the active node of a PostgreSQL under write load: a survivor answers, and no more is lost than was stated";

    private static int Runs => int.TryParse(Environment.GetEnvironmentVariable(RunsVariable), System.Globalization.CultureInfo.InvariantCulture, out var runs) ? runs : 1;

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        for (var run = 1; run <= Runs; run++)
        {
            var active = await play.SafeAsync(cancel, TimeSpan.FromMinutes(6));
            var foretold = (await play.SeenAsync(cancel))?.IfNodeDies;
            play[active].PowerCut();
            var cut = DateTimeOffset.UtcNow;
            play.Stage.Note($"run {run}: before it was said: if node{active} died now: {foretold}");
            await play.TakenOverAsync(active, cut, cancel);
            await play[active].PowerOnAsync(cancel);
            await play[active].WaitReadyAsync(cancel);
        }
    }
}
