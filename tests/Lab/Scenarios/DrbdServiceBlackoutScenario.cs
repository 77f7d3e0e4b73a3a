using NodeAgent.Lab.Drbd;
using NodeAgent.Lab.Failover;

namespace NodeAgent.Lab.Scenarios;

/// <summary>A service on DRBD: all nodes lose power under write load and come back.</summary>
public sealed class DrbdServiceBlackoutScenario : BlackoutScenario
{
    public override string Name => "drbd-service-blackout";

    public override string About => "a service on DRBD 8.4: all nodes lose power under write load and come back; 0 rows lost, copies equal";

    protected override ServiceStorage Storage { get; } = new DrbdStorage();

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        await base.StoryAsync(play, cancel);
        await DrbdStorage.VerifyAsync(play[await play.SafeAsync(cancel, DrbdStorage.CopyLimit)], cancel);
        play.Stage.Note("every block compared, none differs");
    }
}
