using System.Runtime.CompilerServices;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend.Health;

/// <summary>
/// Hints that the cluster's state changed: two monitor commands a second, far cheaper than a look. The first comes at once: what
/// happened before somebody watched is to be seen, too.
/// </summary>
internal sealed class CephEvents(CephHealth health, TimeProvider time) : IStorageEvents
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public async IAsyncEnumerable<StorageEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        string? before = null;
        while (true)
        {
            var now = await health.GlanceAsync(cancellation);
            if (now != before)
            {
                before = now;
                yield return new StorageEvent(time.GetUtcNow(), "", "status");
            }

            await Task.Delay(Every, time, cancellation);
        }
    }
}
