using System.Net;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>
/// A network that this node is on, and the address that calls over it come from; null leaves that to the kernel.
/// The order of a node's networks is its order of preference.
/// </summary>
internal sealed record LocalNetwork(string Name, IPAddress? Address);
