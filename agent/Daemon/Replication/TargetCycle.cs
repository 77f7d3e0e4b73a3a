using NodeAgent.Contract;
using NodeAgent.Core.Units;

namespace NodeAgent.Daemon.Replication;

/// <summary>A cycle of a unit that is closed or passed on: it waits for the copy that gets the unit, and for others only a moment.</summary>
internal sealed class TargetCycle(UnitCycle cycle, TimeProvider time)
{
    // Copies that are not the target hold up a move. What they do not get now they get later.
    private static readonly TimeSpan OthersLimit = TimeSpan.FromSeconds(10);

    /// <summary>Runs the cycle. When this returns, nothing of it runs: what takes long was stopped.</summary>
    /// <param name="record">The unit.</param>
    /// <param name="grant">This node's permission to write it.</param>
    /// <param name="target">The node that gets the unit; null: none is waited for longer than the others.</param>
    /// <param name="cancellation">Stops the cycle.</param>
    public async Task<Outcome<CycleReport>> RunAsync(UnitRecord record, WriteGrant grant, NodeId? target, CancellationToken cancellation)
    {
        using var runs = new CopyRuns(null);
        try
        {
            return await cycle.RunAsync(record, grant, null, runs, begun => WaitAsync(begun, target), cancellation);
        }
        finally
        {
            await runs.StopAsync();
        }
    }

    private async Task WaitAsync(IReadOnlyList<CopyRun> begun, NodeId? target)
    {
        using var pause = new CancellationTokenSource();
        await Task.WhenAny(Task.WhenAll(begun.Select(run => run.Work)), Task.Delay(OthersLimit, time, pause.Token));
        await pause.CancelAsync();
        await Task.WhenAll(begun.Where(run => run.Peer == target).Select(run => run.Work));
    }
}
