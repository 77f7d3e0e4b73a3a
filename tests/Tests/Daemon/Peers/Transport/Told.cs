namespace NodeAgent.Tests.Daemon.Peers.Transport;

internal sealed record Told(string Peer, long Bytes);
