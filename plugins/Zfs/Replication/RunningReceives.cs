using System.Collections.Concurrent;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.ZfsBackend.Replication;

/// <summary>
/// Streams that are being received. A promotion ends those of earlier epochs: their sender may hang, and a volume that is being
/// received can neither lose what arrived nor be rolled back.
/// </summary>
internal sealed class RunningReceives(TimeProvider time)
{
    // What hangs in the kernel ends when it likes; the promotion then says what stands in its way.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<TaskCompletionSource, (UnitId Unit, Epoch Epoch, CancellationTokenSource Ending)> running = new();

    /// <summary>Receives, unless it is ended here.</summary>
    public async Task<Outcome<Receipt>> RunAsync(
        StreamStep step, string what, Func<CancellationToken, Task<Outcome<Receipt>>> receive, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        running[ended] = (step.Volume.Unit, step.Epoch, ending);
        try
        {
            return await receive(ending.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Fault(
                FaultCode.StaleEpoch, what, "the unit was promoted here in a later epoch", "Look who the writer is now.", Retry.Never);
        }
        finally
        {
            running.TryRemove(ended, out _);
            ended.SetResult();
        }
    }

    /// <summary>Ends what is being received for a unit in earlier epochs; false if there was nothing.</summary>
    public async Task<bool> EndAsync(UnitId unit, Epoch epoch, CancellationToken cancellation)
    {
        var old = running.Where(receive => receive.Value.Unit == unit && receive.Value.Epoch < epoch).ToList();
        if (old.Count == 0)
        {
            return false;
        }

        foreach (var (_, receive) in old)
        {
            try
            {
                await receive.Ending.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // It ended by itself meanwhile.
            }
        }

        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(Task.WhenAll(old.Select(receive => receive.Key.Task)), Task.Delay(Patience, time, late.Token));
        await late.CancelAsync();
        return true;
    }
}
