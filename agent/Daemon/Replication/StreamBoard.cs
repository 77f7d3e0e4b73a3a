using System.Collections.Concurrent;
using NodeAgent.Contract;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Replication;

/// <summary>Shows the streams that run, and counts what was sent.</summary>
public sealed class StreamBoard : IReplicationWatch
{
    private readonly ConcurrentDictionary<(UnitId Unit, NodeId Peer), Shown> running = new();
    private readonly ConcurrentDictionary<(UnitId Unit, NodeId Peer), long> sent = new();

    /// <inheritdoc/>
    public IStreamShown Begin(UnitId unit, NodeId peer, StreamStep step, long? expectedBytes)
    {
        var shown = new Shown(this, (unit, peer), step.Volume.Name, expectedBytes);
        running[(unit, peer)] = shown;
        return shown;
    }

    /// <summary>True if no stream runs.</summary>
    public bool IsIdle => running.IsEmpty;

    /// <summary>The stream to a copy that runs now; null if none does.</summary>
    public StreamProgress? Running(UnitId unit, NodeId peer) => running.GetValueOrDefault((unit, peer))?.Progress;

    /// <summary>Bytes sent to each copy since the agent started, those of streams that run or broke off included.</summary>
    public IReadOnlyDictionary<(UnitId Unit, NodeId Peer), long> SentBytes => sent;

    /// <summary>Forgets what was sent to copies that are not wanted any more.</summary>
    public void KeepOnly(IReadOnlySet<(UnitId Unit, NodeId Peer)> wanted)
    {
        foreach (var gone in sent.Keys.Where(key => !wanted.Contains(key)))
        {
            sent.TryRemove(gone, out _);
        }
    }

    private sealed class Shown(StreamBoard board, (UnitId Unit, NodeId Peer) key, string volume, long? expected) : IStreamShown
    {
        private long done;

        public StreamProgress Progress => new(volume, Interlocked.Read(ref done), expected);

        public void Sent(long bytes)
        {
            Interlocked.Add(ref done, bytes);
            board.sent.AddOrUpdate(key, bytes, (_, before) => before + bytes);
        }

        public void Dispose() => board.running.TryRemove(new(key, this));
    }
}
