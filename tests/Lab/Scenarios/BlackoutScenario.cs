using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>All nodes lose power at once, and come back.</summary>
public class BlackoutScenario : FailoverScenario
{
    public override string Name => "blackout";

    public override string About => "the whole cluster loses power under write load and comes back: the service runs again, nothing is lost";

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        var active = await play.SafeAsync(cancel);
        for (var number = 1; number <= 3; number++)
        {
            play[number].PowerCut();
        }

        await Task.Delay(TimeSpan.FromSeconds(5), cancel);
        var back = DateTimeOffset.UtcNow;
        await Task.WhenAll(Enumerable.Range(1, 3).Select(async number =>
        {
            await play[number].PowerOnAsync(cancel);
            await play[number].WaitReadyAsync(cancel);
        }));
        await Patience.UntilAsync("rows are acknowledged again", TimeSpan.FromMinutes(8), cancel, () => Task.FromResult(play.Writers.All[^1].Sent > back));
        var first = play.Writers.All.First(ack => ack.Sent > back);
        play.Stage.RtoSeconds = (first.Heard - back).TotalSeconds;
        play.Stage.Note(FormattableString.Invariant($"power came back, and {play.Stage.RtoSeconds:F1} s later node{first.Node} acknowledged rows (node{active} had the service)"));
    }
}
