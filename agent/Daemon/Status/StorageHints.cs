using NodeAgent.Contract;

namespace NodeAgent.Daemon.Status;

/// <summary>
/// Listens to what storage hints of, and looks at that backend's health and pools then: what changed is seen before the next look is
/// due, and is not held up by one that lists volumes on disks that are slow.
/// </summary>
internal sealed class StorageHints(BackendWatch watch, TimeProvider time)
{
    /// <summary>However many hints come, a backend is not looked at more often.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    /// <summary>When a stream that ended, or a backend that was not there, is asked again.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);

    /// <summary>Listens until cancelled.</summary>
    public async Task RunAsync(Func<IReadOnlyDictionary<BackendId, IBackend>> backends, CancellationToken cancellation)
    {
        var listening = new Dictionary<BackendId, Task>();
        try
        {
            while (true)
            {
                foreach (var (id, backend) in backends())
                {
                    if (listening.GetValueOrDefault(id) is null or { IsCompleted: true } && backend.Ability<IStorageEvents>() is { } events)
                    {
                        listening[id] = ListenAsync(id, backend, events, cancellation);
                    }
                }

                await Task.Delay(Again, time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await Task.WhenAll(listening.Values);
        }
    }

    private async Task ListenAsync(BackendId id, IBackend backend, IStorageEvents events, CancellationToken cancellation)
    {
        try
        {
            var looked = DateTimeOffset.MinValue;
            await foreach (var hint in events.WatchAsync(cancellation))
            {
                if (hint.At <= looked)
                {
                    // That look has seen it: a storm of hints is not worked off one a second.
                    continue;
                }

                looked = time.GetUtcNow();
                await watch.LookAsync(id, backend, cancellation, isWhole: false);
                await Task.Delay(Between, time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }
    }
}
