using NodeAgent.Lab.Drbd;
using NodeAgent.Lab.Failover;

namespace NodeAgent.Lab.Scenarios;

/// <summary>A service on DRBD; what the kernels said is kept, however it ends.</summary>
public abstract class DrbdScenario : FailoverScenario
{
    protected override ServiceStorage Storage { get; } = new DrbdStorage();

    protected sealed override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        try
        {
            await TellAsync(play, cancel);
        }
        finally
        {
            foreach (var node in new[] { play[1], play[2] }.Where(node => node.IsRunning))
            {
                await DrbdStorage.KeepEvidenceAsync(node, play.Stage.Artifacts, CancellationToken.None);
            }
        }
    }

    /// <summary>What happens.</summary>
    protected abstract Task TellAsync(FailoverPlay play, CancellationToken cancel);

    /// <summary>Every block is compared.</summary>
    protected static async Task VerifyAsync(FailoverPlay play, CancellationToken cancel)
    {
        await DrbdStorage.VerifyAsync(play[await play.SafeAsync(cancel, DrbdStorage.CopyLimit)], cancel);
        play.Stage.Note("every block compared, none differs");
    }
}
