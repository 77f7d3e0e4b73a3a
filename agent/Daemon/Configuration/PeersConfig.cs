namespace NodeAgent.Daemon.Configuration;

/// <summary>How agents reach each other.</summary>
/// <param name="Port">TCP port, the same on every node.</param>
/// <param name="Networks">Names of networks, the preferred one first.</param>
internal sealed record PeersConfig(int Port, IReadOnlyList<string> Networks);
