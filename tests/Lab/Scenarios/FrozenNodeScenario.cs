using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Host;

namespace NodeAgent.Lab.Scenarios;

/// <summary>The whole active node stands still for longer than its lease, then goes on as if nothing had been.</summary>
public sealed class FrozenNodeScenario : FailoverScenario
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(25);

    public override string Name => "frozen-node";

    public override string About => "the active node stands still for longer than its lease and goes on: it must not write any more";

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        var active = await play.SafeAsync(cancel);
        // The process stands still, not the machine's clock: as on a real machine whose firmware or host does not let it run.
        var pid = play[active].Pid ?? throw new LabFailure($"node{active} is off");
        (await Shell.RunAsync(["kill", "-STOP", $"{pid}"], TimeSpan.FromSeconds(10), cancel)).Expect();
        var (frozen, began) = (DateTimeOffset.UtcNow, play.Stage.Seconds);
        try
        {
            await play.TakenOverAsync(active, frozen, cancel);
            await Task.Delay(TimeSpan.FromSeconds(Math.Max(0, Pause.TotalSeconds - (play.Stage.Seconds - began))), cancel);
        }
        finally
        {
            (await Shell.RunAsync(["kill", "-CONT", $"{pid}"], TimeSpan.FromSeconds(10), CancellationToken.None)).Expect();
        }

        var thawed = DateTimeOffset.UtcNow;
        await play.NoteResetAsync(active, thawed, cancel);
        await play.HealedAsync(active, cancel);

        // A watchdog of a real machine counts while the machine stands still, and resets it before it goes on; an emulated one fires
        // when it goes on. What was on its way when it froze is answered then.
        var late = play.CountOnTheirWay(active, frozen, thawed);
        play.Stage.Note($"{late} rows that were on their way when node{active} froze were acknowledged after it went on");
        Stage.Require(late <= 1, "its only client can have had one row on its way");
    }
}
