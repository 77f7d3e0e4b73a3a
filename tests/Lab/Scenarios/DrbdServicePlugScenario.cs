using NodeAgent.Lab.Drbd;
using NodeAgent.Lab.Failover;

namespace NodeAgent.Lab.Scenarios;

/// <summary>A service on DRBD: power cut of its node, again and again (NODEAGENT_LAB_RUNS), from both sides.</summary>
public sealed class DrbdServicePlugScenario : PullThePlugScenario
{
    public override string Name => "drbd-service-plug";

    public override string About => "a service on DRBD 8.4: power cut of its node, again and again (NODEAGENT_LAB_RUNS), from both sides; 0 rows lost, copies equal";

    protected override ServiceStorage Storage { get; } = new DrbdStorage();

    protected override Task TakenAsync(FailoverPlay play, Takeover takeover, DateTimeOffset cut, CancellationToken cancel)
    {
        Stage.Require(takeover is { Lost: 0, StatedSeconds: 0 }, $"DRBD loses nothing and says so: {takeover}");
        return Task.CompletedTask;
    }

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        await base.StoryAsync(play, cancel);
        var times = Spread.Of(play.Takeovers.Select(one => one.RtoSeconds));
        play.Stage.Note($"answers, worst/median: {times} s, decided {Spread.Of(play.Takeovers.Select(one => one.DecidedSeconds))} s; the case study's 105 s are {105 / times.Worst:F1} times the worst");
        await DrbdStorage.VerifyAsync(play[await play.SafeAsync(cancel, DrbdStorage.CopyLimit)], cancel);
        play.Stage.Note("every block compared, none differs");
    }
}
