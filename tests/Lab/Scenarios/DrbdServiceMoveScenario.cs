using NodeAgent.Lab.Drbd;
using NodeAgent.Lab.Failover;

namespace NodeAgent.Lab.Scenarios;

/// <summary>A service on DRBD: planned moves there and back, again and again (NODEAGENT_LAB_RUNS).</summary>
public sealed class DrbdServiceMoveScenario : DrbdScenario
{
    public override string Name => "drbd-service-move";

    public override string About => "a service on DRBD 8.4: planned moves there and back, again and again (NODEAGENT_LAB_RUNS); 0 rows lost, copies equal";

    protected override async Task TellAsync(FailoverPlay play, CancellationToken cancel)
    {
        List<ServiceMove> moves = [];
        for (var run = 1; run <= Repeats(2); run++)
        {
            var from = await play.SafeAsync(cancel, DrbdStorage.CopyLimit);
            moves.Add(await ServiceMoveScenario.MoveAsync(play, from, 3 - from, cancel));
        }

        var home = await play.SafeAsync(cancel, DrbdStorage.CopyLimit);
        var slowdown = await Slowdown.MeasureAsync(play[home], cancel);
        var beyond = Spread.Of(moves.Select(one => one.BeyondSeconds));
        play.Stage.Note(FormattableString.Invariant(
            $"{moves.Count} moves: clients waited, worst/median: {Spread.Of(moves.Select(one => one.GapSeconds))} s, {beyond} s beyond stop and start (processors here are {slowdown:F0} times slower)"));
        play.Stage.Judge($"beyond stop and start, the worst of {moves.Count}, estimated for native speed,", beyond.Worst / slowdown, 3, null);
        await VerifyAsync(play, cancel);
    }
}
