namespace NodeAgent.Daemon.Peers;

/// <summary>The clock and the log of the process.</summary>
internal sealed record Surroundings(TimeProvider Time, ILoggerFactory Logs);
