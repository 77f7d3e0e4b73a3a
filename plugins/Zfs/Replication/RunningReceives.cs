using System.Collections.Concurrent;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.ZfsBackend.Replication;

/// <summary>
/// Keeps what makes a unit a copy, streams above all, and what makes it the writer apart. A promotion ends receives of earlier
/// epochs: their sender may hang, and a volume that is being received can neither lose what arrived nor be rolled back. None
/// begins before it is done: the host may have let a stream in before it knew of the epoch.
/// </summary>
internal sealed class RunningReceives(TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<TaskCompletionSource, (UnitId Unit, Epoch Epoch, CancellationTokenSource Ending)> running = new();
    private readonly ConcurrentDictionary<object, (UnitId Unit, Epoch Epoch)> promotions = new();

    /// <summary>Receives, unless the unit is being promoted or it is ended by that.</summary>
    public async Task<Outcome<T>> RunAsync<T>(
        UnitId unit, Epoch epoch, string what, Func<CancellationToken, Task<Outcome<T>>> receive, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        running[ended] = (unit, epoch, ending);
        try
        {
            // Said before promotions are looked for; a promotion says so before it looks here. One of the two sees the other.
            return RefusedBy(unit, epoch, what) is { } refused ? refused : await receive(ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return Stale(what);
        }
        finally
        {
            running.TryRemove(ended, out _);
            ended.SetResult();
        }
    }

    /// <summary>
    /// Promotes with no receive beside it. Afterwards the storage itself knows the epoch; of a promotion that failed nothing
    /// stays here, for the next one begins with the same.
    /// </summary>
    public async Task<Outcome<T>> PromoteAsync<T>(
        UnitId unit, Epoch epoch, string what, Func<Task<Outcome<T>>> promote, CancellationToken cancellation)
    {
        var promotion = new object();
        promotions[promotion] = (unit, epoch);
        try
        {
            return await EndAsync(unit, epoch, what, cancellation) is { } standing ? standing : await promote();
        }
        finally
        {
            promotions.TryRemove(promotion, out _);
        }
    }

    /// <summary>Ends what is being received for a unit in earlier epochs; the fault if something goes on.</summary>
    private async Task<Fault?> EndAsync(UnitId unit, Epoch epoch, string what, CancellationToken cancellation)
    {
        var here = running.Where(receive => receive.Value.Unit == unit).ToList();
        if (here.Select(receive => receive.Value.Epoch).Where(known => known >= epoch).ToList() is [var later, ..])
        {
            return new Fault(
                FaultCode.StaleEpoch, what, $"a stream of epoch {later} is being received, and epoch {epoch} was given",
                "Look who the writer is now.", Retry.Never);
        }

        foreach (var (_, receive) in here)
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

        var all = Task.WhenAll(here.Select(receive => receive.Key.Task));
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(all, Task.Delay(Patience, time, late.Token));
        await late.CancelAsync();
        cancellation.ThrowIfCancellationRequested();

        // What hangs in the kernel ends when it likes, and would exchange the head under the service.
        return all.IsCompleted
            ? null
            : new Fault(
                FaultCode.Busy, what, "a stream of an earlier epoch is still being received and does not end",
                "Look for 'zfs receive' among the processes and at 'zpool status'.", Retry.Later);
    }

    private Fault? RefusedBy(UnitId unit, Epoch epoch, string what) =>
        promotions.Values.Where(promotion => promotion.Unit == unit).Select(promotion => promotion.Epoch).ToList() is not [var given, ..] ? null
        : epoch < given ? Stale(what)
        : new Fault(FaultCode.Busy, what, $"the unit is being promoted here in epoch {given}", "Look who the writer is now.", Retry.Later);

    private static Fault Stale(string what) => new(
        FaultCode.StaleEpoch, what, "the unit was promoted here in a later epoch", "Look who the writer is now.", Retry.Never);
}
