namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>The cluster's authorities (DER). Public; a joiner checks them against its token.</summary>
internal sealed record AuthorityAnswer(byte[][] Authorities);
