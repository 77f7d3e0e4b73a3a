using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Mirrors;

namespace NodeAgent.Lab.Scenarios;

/// <summary>A service on an NVMe-oF mirror: planned moves there and back, again and again (NODEAGENT_LAB_RUNS).</summary>
public sealed class MirrorServiceMoveScenario : FailoverScenario
{
    // Certified in both directions after each move, or the next one would have only one half to go with.
    private static readonly TimeSpan CopyLimit = TimeSpan.FromMinutes(8);

    public override string Name => "mirror-service-move";

    public override string About => "a service on an NVMe-oF mirror: planned moves there and back, again and again (NODEAGENT_LAB_RUNS), 0 rows lost; each step's worst and median, scrub clean";

    protected override ServiceStorage Storage => MirrorStorage.Shared;

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        List<MirrorSteps> steps = [];
        List<ServiceMove> moves = [];
        for (var run = 1; run <= Repeats(2); run++)
        {
            var from = await play.SafeAsync(cancel, CopyLimit);
            var to = 3 - from;
            var ordered = DateTimeOffset.UtcNow;
            var move = await ServiceMoveScenario.MoveAsync(play, from, to, cancel);
            var history = await HistoryView.ReadAsync(play[to], cancel);
            var taken = history.Last(to, "takes", FailoverFormation.Service, ordered);
            var handed = taken is null ? double.NaN : (taken.At - move.Last).TotalSeconds;
            moves.Add(move);
            steps.Add(await MirrorSteps.ReadAsync(play[to], ordered, handed, move.GapSeconds, cancel));
            play.Stage.Note($"move {run}: {steps[^1]}");
        }

        var home = await play.SafeAsync(cancel, CopyLimit);
        var slowdown = await Slowdown.MeasureAsync(play[home], cancel);
        play.Stage.Note(MirrorSteps.Tell("planned moves as emulated (lease: stop, export and handing over)", steps));

        // In a move the handing over is work too: a stop, an export, a look at all labels.
        var native = steps.ConvertAll(one => one.Native(slowdown) with { Lease = one.Lease / slowdown });
        play.Stage.Note(MirrorSteps.Tell(FormattableString.Invariant($"planned moves at native speed, estimated (processors here are {slowdown:F0} times slower)"), native));
        play.Stage.Note($"clients waited, worst/median: {Spread.Of(moves.Select(one => one.GapSeconds))} s; of which stop {Spread.Of(moves.Select(one => one.StopSeconds))} s, start {Spread.Of(moves.Select(one => one.StartSeconds))} s");
        play.Stage.Judge("a planned move, estimated for native speed,", native.Max(one => one.Total), 12, SlackStall);
        await MirrorFormation.ScrubAsync(play[home], cancel, MirrorStorage.Pool);
    }
}
