using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Mirrors;

namespace NodeAgent.Lab.Scenarios;

/// <summary>
/// PostgreSQL on a mirror across two nodes, looked after by the agent: power cut of its node, return, certificate, planned move
/// home. Not one acknowledged row may be missing.
/// </summary>
public sealed class MirrorServiceScenario : FailoverScenario
{
    private static readonly TimeSpan CopyLimit = TimeSpan.FromMinutes(8);

    public override string Name => "mirror-service";

    public override string About => "a service on an NVMe-oF mirror: power cut of its node under write load, return, certificate, move home; 0 rows lost, scrub clean";

    protected override ServiceStorage Storage => MirrorStorage.Shared;

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        var home = await play.SafeAsync(cancel, CopyLimit);
        play[home].PowerCut();
        var taken = await play.TakenOverAsync(home, DateTimeOffset.UtcNow, cancel);
        Stage.Require(taken is { Lost: 0, StatedSeconds: 0 }, $"a mirror loses nothing and says so: {taken}");

        await play[home].PowerOnAsync(cancel);
        await play[home].WaitReadyAsync(cancel);
        var back = play.Stage.Seconds;
        var away = await play.SafeAsync(cancel, CopyLimit);
        play.Stage.Note(FormattableString.Invariant($"safe again {play.Stage.Seconds - back:F1} s after node{home} was back"));
        await ServiceMoveScenario.MoveAsync(play, away, home, cancel);
        await MirrorFormation.ScrubAsync(play[home], cancel, MirrorStorage.Pool);
    }
}
