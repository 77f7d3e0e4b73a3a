using NodeAgent.Daemon.Units;
using NodeAgent.Linux.Services;

namespace NodeAgent.Daemon.Failover.Services;

/// <summary>
/// Makes what runs here stand still, and lets it go on. One at a time; nothing goes on that this node may not write, and a freeze that
/// began later has the last word.
/// </summary>
/// <param name="held">What may run here.</param>
/// <param name="tenures">What is held.</param>
/// <param name="mayWrite">Whether the lease of a stay is held.</param>
/// <param name="log">Where it says what could not be done.</param>
internal sealed class Freezer(HeldServices held, Tenures tenures, Func<long, bool> mayWrite, ILogger log) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim gate = new(1);
    private CancellationTokenSource thawing = new();

    /// <summary>Ends the thaws that are under way: what comes now must not wait for them. To be called after the lease is known not to be held.</summary>
    public void EndThaws() => Interlocked.Exchange(ref thawing, new CancellationTokenSource()).Cancel();

    /// <summary>Freezes all that is held.</summary>
    public async Task FreezeAsync(CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            await ForAllHeldAsync("freeze", parts => parts.FreezeAsync(Limit, cancellation));
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Lets all that is held go on.</summary>
    public Task ThawAsync(long session, CancellationToken cancellation) => ThawAsync(
        session, stop => ForAllHeldAsync("thaw", parts => parts.ThawAsync(Limit, stop)), cancellation);

    /// <summary>Lets parts go on that were found standing still.</summary>
    public Task ThawAsync(string service, ServiceParts still, long session, CancellationToken cancellation) => ThawAsync(
        session,
        async stop =>
        {
            log.LogWarning("service {Service} stands still under a lease that is held: {Parts}", service, string.Join(", ", still.Parts.Select(part => part.Name)));
            Tell("thaw", await still.ThawAsync(Limit, stop));
        },
        cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        gate.Dispose();
        thawing.Dispose();
    }

    private async Task ThawAsync(long session, Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);

        // Taken before the lease is looked at: whoever ends thaws knew before that the lease is not held.
        var ended = Volatile.Read(ref thawing).Token;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ended, cancellation);
        try
        {
            if (mayWrite(session))
            {
                await work(either.Token);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            // Services shall stand still again, or be let go of.
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task ForAllHeldAsync(string what, Func<ServiceParts, Task<PartsReport>> work)
    {
        var running = held.All.Where(service => tenures.IsHeld(service.Name)).ToList();
        Array.ForEach(await Task.WhenAll(running.Select(service => work(service.Parts))), report => Tell(what, report));
    }

    private void Tell(string what, PartsReport report)
    {
        if (!report.IsOk)
        {
            log.LogWarning("cannot {What}: {Report}", what, report);
        }
    }
}
