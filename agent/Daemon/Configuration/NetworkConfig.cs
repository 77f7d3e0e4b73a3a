using System.Net;

namespace NodeAgent.Daemon.Configuration;

/// <summary>A network that this node shares with its peers.</summary>
/// <param name="Name">The same on every node.</param>
/// <param name="Address">This node's address on it.</param>
/// <param name="RateLimit">Bytes per second to one peer; null for no limit.</param>
internal sealed record NetworkConfig(string Name, IPAddress Address, long? RateLimit);
