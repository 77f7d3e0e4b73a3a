using NodeAgent.Lab.Failover;

namespace NodeAgent.Lab.Scenarios;

/// <summary>The agent of the active node is stopped; its service would write on for ever, and the watchdog ends it.</summary>
public sealed class FrozenAgentScenario : FailoverScenario
{
    public override string Name => "frozen-agent";

    public override string About => "SIGSTOP for the agent of the active node: its watchdog resets it before a survivor begins";

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        var active = await play.SafeAsync(cancel);
        await play[active].ExpectAsync("systemctl kill -s STOP --kill-whom=main nodeagent", cancel: cancel);
        var frozen = DateTimeOffset.UtcNow;
        var reset = await play[active].WaitEventAsync("WATCHDOG", frozen, TimeSpan.FromMinutes(1), cancel);
        play.Stage.Note(FormattableString.Invariant($"node{active} was reset {(reset.At - frozen).TotalSeconds:F1} s after its agent was stopped"));
        await play.TakenOverAsync(active, frozen, cancel);
        await play.HealedAsync(active, cancel);
    }
}
