using NodeAgent.Contract;

namespace NodeAgent.Daemon.Replication;

/// <summary>Writes a stream's bytes to where they are wanted; the number of bytes is returned.</summary>
public delegate Task<Outcome<long>> StreamBody(Stream output, CancellationToken cancellation);
