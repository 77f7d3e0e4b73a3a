namespace NodeAgent.Daemon.Configuration;

/// <summary>What units do that say nothing else.</summary>
/// <param name="Interval">From the beginning of one replication to the beginning of the next.</param>
/// <param name="KeepSource">Replication snapshots kept on the writer.</param>
/// <param name="KeepCopies">Replication snapshots kept on each copy.</param>
/// <param name="ConcurrentStreams">Streams that the node sends to one peer at the same time.</param>
internal sealed record ReplicationConfig(TimeSpan Interval, int KeepSource, int KeepCopies, int ConcurrentStreams);
