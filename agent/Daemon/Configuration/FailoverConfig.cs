namespace NodeAgent.Daemon.Configuration;

/// <summary>How services fail over.</summary>
/// <param name="Stall">How long a node may stall before its services are taken from it.</param>
internal sealed record FailoverConfig(TimeSpan Stall);
