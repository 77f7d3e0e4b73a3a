namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>A new key, signed by itself (PKCS#10, DER).</summary>
internal sealed record RenewRequest(byte[] SigningRequest);
