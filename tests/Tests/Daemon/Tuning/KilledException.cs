namespace NodeAgent.Tests.Daemon.Tuning;

/// <summary>The process ends here.</summary>
internal sealed class KilledException : Exception;
