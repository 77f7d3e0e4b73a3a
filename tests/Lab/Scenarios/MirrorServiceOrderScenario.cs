using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Mirrors;

namespace NodeAgent.Lab.Scenarios;

/// <summary>Both nodes of a mirror lose power at once, whole, and come back one long after the other: once the writer first, once the other.</summary>
public sealed class MirrorServiceOrderScenario : FailoverScenario
{
    private static readonly TimeSpan CopyLimit = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(8);

    public override string Name => "mirror-service-order";

    public override string About => "a service on an NVMe-oF mirror: both nodes lose power and come back in either order: the first goes on with its whole half, 0 lost, certified again, scrub clean";

    protected override ServiceStorage Storage => MirrorStorage.Shared;

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        await BackAsync(play, isWriterFirst: true, cancel);
        await BackAsync(play, isWriterFirst: false, cancel);
    }

    private static async Task BackAsync(FailoverPlay play, bool isWriterFirst, CancellationToken cancel)
    {
        var home = await play.SafeAsync(cancel, CopyLimit);
        var (first, last) = isWriterFirst ? (home, 3 - home) : (3 - home, home);
        play[home].PowerCut();
        play[3 - home].PowerCut();
        await Task.Delay(TimeSpan.FromSeconds(5), cancel);

        var back = DateTimeOffset.UtcNow;
        await play[first].PowerOnAsync(cancel);
        await play[first].WaitReadyAsync(cancel);

        // Not one of the rows of before may be missing from the half that goes on, whichever it is.
        var taken = await play.AnswersAgainAsync(home, back, cancel, AnswerLimit);
        Stage.Require(taken is { Lost: 0 } && taken.To == first, $"node{first} was back alone with a whole half: {taken}");
        var on = DateTimeOffset.UtcNow;
        await play[last].PowerOnAsync(cancel);
        await play[last].WaitReadyAsync(cancel);
        var active = await play.SafeAsync(cancel, CopyLimit);
        play.Stage.Note(FormattableString.Invariant($"the {(isWriterFirst ? "writer" : "other")} back first: answers after {taken.RtoSeconds:F1} s; safe again {(DateTimeOffset.UtcNow - on).TotalSeconds:F1} s after power of the second"));
        await MirrorFormation.ScrubAsync(play[active], cancel, MirrorStorage.Pool);
    }
}
