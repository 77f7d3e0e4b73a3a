using System.Globalization;
using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>The node whose member leads the store loses power: alone, and together with the service.</summary>
public sealed class LeaderPlugScenario : FailoverScenario
{
    public override string Name => "leader-plug";

    public override string About => "power cut of the store's leader: the service goes on; then of a node that leads the store and has the service";

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        var active = await play.SafeAsync(cancel);
        var leader = await LeaderAsync(play, cancel);
        if (leader == active)
        {
            var away = active == 1 ? 2 : 1;
            await play[active].ExpectAsync($"nodeagent service move {FailoverFormation.Service} --to node{away} --timeout 150s", CommandLimit, cancel);
            active = await play.SafeAsync(cancel);
            leader = await LeaderAsync(play, cancel);
        }

        Stage.Require(leader != active, $"node{leader} leads the store and has the service");
        play[leader].PowerCut();
        var cut = DateTimeOffset.UtcNow;
        await Task.Delay(TimeSpan.FromSeconds(25), cancel);
        var heard = play.Writers.All.Where(ack => ack.Heard >= cut - TimeSpan.FromSeconds(1)).ToList();
        var gap = heard.Zip(heard.Skip(1), (one, next) => (next.Heard - one.Heard).TotalSeconds).DefaultIfEmpty(double.NaN).Max();
        play.Stage.Note(FormattableString.Invariant($"leader node{leader} cut: node{active} went on, its longest pause was {gap:F1} s"));
        Stage.Require(heard.Count > 0 && heard.TrueForAll(ack => ack.Node == active) && heard[^1].Heard > DateTimeOffset.UtcNow - TimeSpan.FromSeconds(5), "the service did not go on without the store's leader");
        await play[leader].PowerOnAsync(cancel);
        await play[leader].WaitReadyAsync(cancel);
        await play.SafeAsync(cancel, TimeSpan.FromMinutes(6));

        leader = await LeaderAsync(play, cancel);
        if (leader != active)
        {
            await play[active].ExpectAsync($"nodeagent service move {FailoverFormation.Service} --to node{leader} --timeout 150s", CommandLimit, cancel);
            active = await play.SafeAsync(cancel);
        }

        play[active].PowerCut();
        var both = DateTimeOffset.UtcNow;
        await play.TakenOverAsync(active, both, cancel);
        await play[active].PowerOnAsync(cancel);
        await play[active].WaitReadyAsync(cancel);
    }

    private static async Task<int> LeaderAsync(FailoverPlay play, CancellationToken cancel)
    {
        // A member that has just come back may not know yet who leads.
        var name = string.Empty;
        await Patience.UntilAsync("the store tells its leader", CommandLimit, cancel, async () =>
        {
            var told = await play[1].RunAsync("nodeagent cluster store -o json | jq -r '.members[] | select(.isLeader == \"yes\") | .name'", CommandLimit, cancel);
            name = told.Ok ? told.Output.Trim() : string.Empty;
            return name.Length > 4;
        });
        return int.Parse(name[4..], CultureInfo.InvariantCulture);
    }
}
