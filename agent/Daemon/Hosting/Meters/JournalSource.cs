using NodeAgent.Daemon.Metrics;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Hosting.Meters;

/// <summary>Operations that have begun and have not ended, and since when the one that is stuck longest stands still.</summary>
internal sealed class JournalSource(IOperationJournal journal, UnitRegistry registry, StreamBoard board, TimeProvider time) : IMetricSource
{
    private readonly Dictionary<string, (long Bytes, DateTimeOffset At)> streams = new(StringComparer.Ordinal);
    private readonly HashSet<string> kinds = new(StringComparer.Ordinal) { PeerCycle.Kind, VolumeOrders.OperationKind, DeleteOrders.OperationKind };

    public string Collector => "journal";

    public void Collect(AgentMetrics metrics)
    {
        var open = journal.Open();
        kinds.UnionWith(open.Select(operation => operation.Kind));
        metrics.JournalPendingOperations.Replace(
            kinds.Select(kind => new GaugeSample(open.Count(operation => operation.Kind == kind), kind)));
        var (moved, paused) = Cycles();
        metrics.JournalOldestProgressTimestamp.Set(UnixTime.Of(open
            .Where(operation => !paused.Contains(operation.Key))
            .Select(operation => (DateTimeOffset?)Progress(operation, moved))
            .Min()));
    }

    // One that failed and is tried again has not got on since it began, however often its record was written.
    private static DateTimeOffset Progress(Operation operation, Dictionary<string, DateTimeOffset> moved)
    {
        var recorded = operation.LastFault is null ? operation.ChangedAt : operation.StartedAt;
        return moved.TryGetValue(operation.Key, out var at) && at > recorded ? at : recorded;
    }

    // A long stream writes no record; its bytes show that it moves.
    private (Dictionary<string, DateTimeOffset> Moved, HashSet<string> Paused) Cycles()
    {
        var (moved, paused) = (new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var record in registry.All())
        {
            foreach (var peer in record.Copies)
            {
                var key = PeerCycle.KeyOf(record.Unit, peer);
                if (board.Running(record.Unit, peer) is { } stream)
                {
                    streams[key] = streams.TryGetValue(key, out var last) && last.Bytes == stream.DoneBytes
                        ? last
                        : (stream.DoneBytes, time.GetUtcNow());
                    moved[key] = streams[key].At;
                }
                else if (record.IsPaused)
                {
                    paused.Add(key);
                }
            }
        }

        foreach (var ended in streams.Keys.Where(key => !moved.ContainsKey(key)).ToList())
        {
            streams.Remove(ended);
        }

        return (moved, paused);
    }
}
