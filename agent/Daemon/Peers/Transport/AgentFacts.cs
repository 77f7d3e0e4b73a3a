namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>What this node says of itself. <paramref name="BootId"/> is the kernel's: a new one proves a reboot.</summary>
internal sealed record AgentFacts(string Version, string BootId);
