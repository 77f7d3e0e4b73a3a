using System.Collections.Concurrent;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Replication;

/// <summary>
/// The runs to the copies of one unit. One that takes long goes on by itself while later cycles of the unit bring up the
/// others; it takes part again when it has ended.
/// </summary>
/// <param name="lanes">Bounds streams to a peer; null for a cycle that must not wait for others.</param>
public sealed class CopyRuns(CopyLanes? lanes) : IDisposable
{
    private readonly ConcurrentDictionary<NodeId, CopyRun> running = new();
    private volatile CancellationTokenSource stop = new();

    /// <summary>Keeps looking and letting go of snapshots apart.</summary>
    public SnapshotGate Gate { get; } = new();

    /// <summary>Runs that have not ended.</summary>
    public IReadOnlyList<CopyRun> Running => [.. running.Values];

    /// <summary>True while a run to the peer goes on.</summary>
    public bool IsBusy(NodeId peer) => running.ContainsKey(peer);

    /// <summary>Begins a run.</summary>
    /// <param name="peer">The node that keeps the copy; no run to it may go on.</param>
    /// <param name="snapshot">The snapshot that it is brought to.</param>
    /// <param name="work">What the run does, until it is stopped.</param>
    /// <param name="cancellation">Ends the run.</param>
    public CopyRun Begin(NodeId peer, string snapshot, Func<CancellationToken, Task<Outcome<CopyReport>>> work, CancellationToken cancellation)
    {
        var ended = new TaskCompletionSource<Outcome<CopyReport>>();
        var run = new CopyRun(peer, snapshot, ended.Task);
        if (!running.TryAdd(peer, run))
        {
            throw new InvalidOperationException($"a run to {peer} goes on");
        }

        _ = RunAsync(run, ended, work, cancellation);
        return run;
    }

    /// <summary>Waits until all runs have ended, however they do.</summary>
    public async Task WhenIdleAsync()
    {
        Task all = Task.WhenAll(Running.Select(run => run.Work));
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Stops what runs, and waits until it has ended. A copy that was not finished goes on from there with its next run.</summary>
    public async Task StopAsync()
    {
        using var before = stop;
        stop = new CancellationTokenSource();
        await before.CancelAsync();
        await WhenIdleAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Gate.Dispose();
        stop.Dispose();
    }

    private async Task RunAsync(
        CopyRun run, TaskCompletionSource<Outcome<CopyReport>> ended, Func<CancellationToken, Task<Outcome<CopyReport>>> work, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, cancellation);
        try
        {
            var report = await InLaneAsync(run.Peer, work, either.Token);
            running.TryRemove(run.Peer, out _);
            ended.SetResult(report);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            running.TryRemove(run.Peer, out _);
            ended.SetCanceled(cancellation);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            running.TryRemove(run.Peer, out _);
            ended.SetResult(ReplicationFaults.Stopped(run.Peer));
        }
#pragma warning disable CA1031 // Whoever waits for the run gets it.
        catch (Exception unexpected)
#pragma warning restore CA1031
        {
            running.TryRemove(run.Peer, out _);
            ended.SetException(unexpected);
        }
    }

    private async Task<Outcome<CopyReport>> InLaneAsync(
        NodeId peer, Func<CancellationToken, Task<Outcome<CopyReport>>> work, CancellationToken cancellation)
    {
        using var lane = lanes is null ? null : await lanes.EnterAsync(peer, cancellation);
        return await work(cancellation);
    }
}
