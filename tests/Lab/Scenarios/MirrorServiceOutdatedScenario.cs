using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Mirrors;

namespace NodeAgent.Lab.Scenarios;

/// <summary>
/// The other half's node loses power, the service goes on, then its own node loses power too. The half that missed writes comes
/// back first, and must wait for the one that did not.
/// </summary>
public sealed class MirrorServiceOutdatedScenario : FailoverScenario
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(75);

    public override string Name => "mirror-service-outdated";

    public override string About => "a service on an NVMe-oF mirror: the other half misses writes, then its node comes back alone: it waits; the right one goes on with everything";

    protected override ServiceStorage Storage => MirrorStorage.Shared;

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        var home = await play.SafeAsync(cancel);
        var away = 3 - home;
        play[away].PowerCut();
        var cut = DateTimeOffset.UtcNow;

        // Rows of before may still be on their way; what is sent now stands until the store says that the other half is out of date.
        await play.AcknowledgesAsync(home, cut + TimeSpan.FromSeconds(20), cancel);
        var times = play.Writers.All.Where(ack => ack.Node == home && ack.Heard >= cut - TimeSpan.FromSeconds(2)).Select(ack => ack.Heard).Order().ToList();
        var stood = times.Zip(times.Skip(1)).Max(pair => (pair.Second - pair.First).TotalSeconds);
        play.Stage.Note(FormattableString.Invariant($"the other half's node lost power: writes stood still for {stood:F1} s at the longest, then went on"));
        play[home].PowerCut();
        var dark = DateTimeOffset.UtcNow;

        await play[away].PowerOnAsync(cancel);
        await play[away].WaitReadyAsync(cancel);
        await Task.Delay(Quiet, cancel);
        Stage.Require(play.Writers.All.All(ack => ack.Sent < dark), "a half that missed writes took the service");
        play.Stage.Note($"the half that missed writes, alone: {await play.SeenAsync(cancel)}");

        await play[home].PowerOnAsync(cancel);
        await play[home].WaitReadyAsync(cancel);
        await play.AcknowledgesAsync(home, dark, cancel, TimeSpan.FromMinutes(6));
        var lost = await play.LostAsync(play[home], home, cancel);
        Stage.Require(lost.Count == 0, $"{lost.Count} acknowledged rows are missing");
        play.Stage.Note(FormattableString.Invariant($"the right node back: {times.Count} rows of that time are all there"));
    }
}
