using System.Collections.Concurrent;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Operations;

/// <summary>Takes up operations that a stop or a failure left open: once at the start, then again at an interval.</summary>
public sealed class OperationRunner(
    IOperationJournal journal, IReadOnlyList<IOperationHandler> handlers, TimeProvider time, ILogger log) : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(20);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> gates = new(StringComparer.Ordinal);

    /// <summary>
    /// Runs one operation alone: neither who asked for it and the runner, nor two orders about one unit, ever do so at
    /// the same time.
    /// </summary>
    /// <param name="key">The operation's journal key: kind, unit and what else, separated by "/".</param>
    /// <param name="work">What is done alone.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task<T> AloneAsync<T>(string key, Func<Task<T>> work, CancellationToken cancellation)
    {
        var gate = gates.GetOrAdd(key.Split('/')[1], _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellation);
        try
        {
            return await work();
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await ResumeAllAsync(cancellation);
                await Task.Delay(Every, time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    /// <summary>Takes up each open operation that somebody here can go on with.</summary>
    public async Task ResumeAllAsync(CancellationToken cancellation)
    {
        foreach (var operation in journal.Open())
        {
            if (handlers.FirstOrDefault(handler => handler.Kind == operation.Kind) is { } handler)
            {
                await AloneAsync(operation.Key, () => ResumeAsync(handler, operation, cancellation), cancellation);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var gate in gates.Values)
        {
            gate.Dispose();
        }
    }

    private async Task<Outcome> ResumeAsync(IOperationHandler handler, Operation operation, CancellationToken cancellation)
    {
        if (journal.Open().FirstOrDefault(known => known.Key == operation.Key) is not { } current)
        {
            return Outcome.Done;
        }

        log.LogInformation("going on with {Kind} of {Subject}, left at step {Step}", current.Kind, current.Subject, current.Step);
        var outcome = await handler.ResumeAsync(current, cancellation);
        if (!outcome.IsOk)
        {
            log.LogWarning("{Kind} of {Subject} is not done: {Fault}", current.Kind, current.Subject, outcome.Fault);
        }

        return outcome;
    }
}
