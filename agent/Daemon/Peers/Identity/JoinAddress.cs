namespace NodeAgent.Daemon.Peers.Identity;

/// <summary>An address as a joiner states it, not yet checked.</summary>
internal sealed record JoinAddress(string Network, string EndPoint);
