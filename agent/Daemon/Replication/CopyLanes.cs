using System.Collections.Concurrent;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Replication;

/// <summary>How many streams go to one peer at once. Each peer has lanes of its own: one that is slow fills only these.</summary>
/// <param name="width">Streams to one peer at the same time.</param>
public sealed class CopyLanes(int width) : IDisposable
{
    private readonly ConcurrentDictionary<NodeId, SemaphoreSlim> lanes = new();

    /// <summary>Waits for a lane to the peer; it is free again when the pass is disposed.</summary>
    public async Task<IDisposable> EnterAsync(NodeId peer, CancellationToken cancellation)
    {
        var lane = lanes.GetOrAdd(peer, _ => new SemaphoreSlim(width));
        await lane.WaitAsync(cancellation);
        return new Pass(lane);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var lane in lanes.Values)
        {
            lane.Dispose();
        }
    }

    private sealed class Pass(SemaphoreSlim lane) : IDisposable
    {
        public void Dispose() => lane.Release();
    }
}
