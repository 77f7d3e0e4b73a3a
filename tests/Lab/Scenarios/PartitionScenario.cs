using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>The active node is cut off from the others while its clients still reach it.</summary>
public class PartitionScenario : FailoverScenario
{
    public override string Name => "partition-active";

    public override string About => "the active node is cut off from the others but not from its clients: it lets go or is reset before a survivor begins";

    /// <summary>Does the cutting.</summary>
    protected virtual Task CutAsync(LabNode node, CancellationToken cancel) => Faults.CutOffAsync(node, cancel);

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        var active = await play.SafeAsync(cancel);
        await CutAsync(play[active], cancel);
        var cut = DateTimeOffset.UtcNow;
        var takeover = await play.TakenOverAsync(active, cut, cancel);
        var last = play.Writers.Last(active)!.Heard;
        play.Stage.Note(FormattableString.Invariant($"node{active} acknowledged its last row {(last - cut).TotalSeconds:F1} s after the cut, node{takeover.To} decided {takeover.DecidedSeconds:F1} s after it"));
        await play.NoteResetAsync(active, cut, cancel);
        await play.HealedAsync(active, cancel);
    }
}
