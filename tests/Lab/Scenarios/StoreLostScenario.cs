using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>The store loses its majority: nobody may write; and all goes on when it is back.</summary>
public sealed class StoreLostScenario : FailoverScenario
{
    public override string Name => "store-lost";

    public override string About => "the store loses its majority: the service stops, nobody takes it, and it runs again when the store is back; nothing is lost unless its node had to be reset";

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        var active = await play.SafeAsync(cancel);
        var others = Enumerable.Range(1, 3).Where(number => number != active).ToList();
        await Task.WhenAll(others.Select(number => play[number].ExpectAsync("systemctl kill -s KILL nodeagent-etcd && systemctl stop nodeagent-etcd", CommandLimit, cancel)));
        var lost = DateTimeOffset.UtcNow;
        await Patience.UntilAsync("nobody acknowledges rows any more", TimeSpan.FromMinutes(1), cancel, () => Task.FromResult(play.Writers.All[^1].Heard < DateTimeOffset.UtcNow - TimeSpan.FromSeconds(8)));
        play.Stage.Note(FormattableString.Invariant($"the last row was acknowledged {(play.Writers.All[^1].Heard - lost).TotalSeconds:F1} s after the majority was lost"));
        await Task.Delay(TimeSpan.FromSeconds(30), cancel);
        Stage.Require(play.Writers.All[^1].Heard < DateTimeOffset.UtcNow - TimeSpan.FromSeconds(30), "somebody wrote without a store");
        await Task.WhenAll(others.Select(number => play[number].ExpectAsync("systemctl start nodeagent-etcd", CommandLimit, cancel)));
        var back = DateTimeOffset.UtcNow;
        await Patience.UntilAsync("rows are acknowledged again", TimeSpan.FromMinutes(5), cancel, () => Task.FromResult(play.Writers.All[^1].Sent > back));
        var first = play.Writers.All.First(ack => ack.Sent > back);
        play.Stage.Note(FormattableString.Invariant($"the store came back, and {(first.Heard - back).TotalSeconds:F1} s later node{first.Node} acknowledged rows"));
        if (first.Node == active)
        {
            play.Stage.RtoSeconds = (first.Heard - back).TotalSeconds;
            return;
        }

        // Too slow to let go within a quarter of S, it was reset, and starts for longer than the others wait.
        await play.NoteResetAsync(active, lost, cancel);
        await play.TakenOverAsync(active, back, cancel);
        await play.HealedAsync(active, cancel);
    }
}
