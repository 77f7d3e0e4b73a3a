namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>An answer that has nothing to say but yes.</summary>
internal sealed record Acknowledgement;
