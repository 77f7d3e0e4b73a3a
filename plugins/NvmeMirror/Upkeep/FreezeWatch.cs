using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Initiators;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Upkeep;

/// <summary>
/// Sees writes that wait for drives of the peer, also while somebody holds the pool for long: an export, the end of a copying, a
/// program that does not answer. Who holds it may himself wait for those writes, so they are let go beside him.
/// </summary>
internal sealed class FreezeWatch(Parts parts, Release release)
{
    // A path that is remade within this time costs nobody his certificate.
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>How long writes have waited.</summary>
    public FreezeClock Clock { get; } = new(parts.Time);

    /// <summary>True if they have waited for so long that they are to be let go.</summary>
    public bool IsOver => Clock.For >= Patience;

    /// <summary>
    /// Notes what the paths tell. Only a path that is still tried holds writes; a drive that was given up does not. One of which nothing
    /// can be read may be either: for the patience it costs nobody his certificate, and then it is recorded like one that holds them.
    /// </summary>
    public void See(IReadOnlyList<DrivePath> paths) => Clock.See(parts.Connections.AnyHolds(paths) || parts.Connections.AnyUnknown(paths));

    /// <summary>Does something that nobody else may do with the pool meanwhile; waits for whoever is at it.</summary>
    public async Task<T> HoldAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        await parts.Gate.WaitAsync(cancellation);
        try
        {
            return await BesideAsync(work, cancellation);
        }
        finally
        {
            parts.Gate.Release();
        }
    }

    /// <summary>The same for who holds the pool already.</summary>
    public async Task<T> BesideAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watching = WatchAsync(ended.Token, cancellation);
        try
        {
            return await work();
        }
        finally
        {
            await ended.CancelAsync();
            await watching;
        }
    }

    // A letting go that has begun is brought to its end: half of it is a record that nothing follows.
    private async Task WatchAsync(CancellationToken ended, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Every, parts.Time, ended);

                if (!parts.Tool.IsImported)
                {
                    continue;
                }

                // Agreed to be out of its mirror: what still waits for such a drive waits for nothing.
                _ = await parts.Connections.DisconnectAsync(parts.Connections.LookAtDead(), cancellation);
                var paths = parts.Connections.Look();
                See(paths);
                var what = $"cannot let go of drives of {parts.Peer} that are lost to pool {parts.Options.Pool}";
                var released = IsOver ? await release.RunAsync(what, paths, cancellation)
                    : parts.Connections.AnyGivenUp(paths) ? await release.GivenUpAsync(what, paths, cancellation)
                    : Outcome.Done;
                if (released is { IsOk: false } failed)
                {
                    parts.Say(Severity.Warning, $"{parts.Unit}: {failed.Fault}");
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // Asked to end.
        }
    }
}
