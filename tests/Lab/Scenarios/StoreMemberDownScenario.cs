using NodeAgent.Lab.Failover;

namespace NodeAgent.Lab.Scenarios;

/// <summary>One member of the store is away when the active node loses power: what was foretold is what happens.</summary>
public sealed class StoreMemberDownScenario : FailoverScenario
{
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(30);

    public override string Name => "store-member-down";

    public override string About => "one member of the store is away, and the active node loses power: status had said that its service would wait, it does, and is taken over when the member is back";

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        var active = await play.SafeAsync(cancel);
        var away = active % 3 + 1;
        await play[away].ExpectAsync("systemctl stop nodeagent-etcd", CommandLimit, cancel);
        await StatusView.WarnsAsync(play[active], $"member node{away} of the cluster store is not counted on", cancel);
        var foretold = await ServiceView.TryReadAsync(play[active], cancel);
        Stage.Require(
            foretold is { State: "running", IsSafe: false, IfNodeDies: { } text } && text.Contains("waits until the cluster store has a majority", StringComparison.Ordinal),
            $"status must say that the service would wait for the store, it says: {foretold}");
        play.Stage.Note($"it was said: if node{active} died now: {foretold!.IfNodeDies}");

        play[active].PowerCut();
        var cut = DateTimeOffset.UtcNow;
        await Task.Delay(Hold, cancel);
        Stage.Require(play.Writers.FirstElsewhere(active, cut) is null, "somebody took it without a majority");
        await play[away].ExpectAsync("systemctl start nodeagent-etcd", CommandLimit, cancel);
        await play.TakenOverAsync(active, cut, cancel);
        await play[active].PowerOnAsync(cancel);
        await play[active].WaitReadyAsync(cancel);
        await play.SafeAsync(cancel, TimeSpan.FromMinutes(6));
        play.Stage.Note("with all members back the service is safe again");
    }
}
