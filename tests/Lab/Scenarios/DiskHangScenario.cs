using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>
/// The disks under the active node's pool do not answer any more. PostgreSQL waits for them and systemd says that it runs; no
/// program that waits can be killed. The agent sees it by the kernel's counters, gives the node up after failover.hang_limit,
/// and a survivor answers.
/// </summary>
public sealed class DiskHangScenario : FailoverScenario
{
    // Until the agent believes it, stopping has failed, and the lease is over.
    private static readonly TimeSpan TakeoverLimit = TimeSpan.FromMinutes(6);
    private static readonly int[] PoolDisks = [1, 2];

    public override string Name => "disk-hang";

    public override string About => "the disks of the active node's pool hang: status says so, the node is reset after hang_limit, a survivor answers";

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        var active = await play.SafeAsync(cancel);
        var (node, asked) = (play[active], play[active == 1 ? 2 : 1]);
        await HangAsync(node, isHung: true, cancel);
        var hung = DateTimeOffset.UtcNow;
        var told = await Patience.UntilAsync(
            "status on another node names the device", TimeSpan.FromMinutes(2), cancel, async () =>
                (await StatusView.TryReadAsync(asked, cancel))?.Problems.Any(problem => problem.Contains("has answered nothing for", StringComparison.Ordinal)) == true,
            TimeSpan.FromSeconds(1));
        play.Stage.Note(FormattableString.Invariant(
            $"the last row was acknowledged {(play.Writers.Last(active)!.Heard - hung).TotalSeconds:F1} s after the disks began to hang; status on {asked.Name} names the device after {told.TotalSeconds:F0} s"));

        await play.TakenOverAsync(active, hung, cancel, TakeoverLimit);
        await play.NoteResetAsync(active, hung, cancel);
        // Whatever ailed them, the reset cured it.
        await HangAsync(node, isHung: false, cancel);
        await play.HealedAsync(active, cancel);
    }

    private static async Task HangAsync(LabNode node, bool isHung, CancellationToken cancel)
    {
        foreach (var disk in PoolDisks)
        {
            await node.HangDiskAsync(disk, isHung, cancel);
        }
    }
}
