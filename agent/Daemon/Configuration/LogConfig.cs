namespace NodeAgent.Daemon.Configuration;

/// <summary>What goes to the journal.</summary>
/// <param name="Level">The least severe lines that are written.</param>
internal sealed record LogConfig(LogLevel Level);
