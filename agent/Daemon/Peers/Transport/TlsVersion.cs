using System.Security.Authentication;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>Agents talk only to agents: there is no older client to be kind to.</summary>
internal static class TlsVersion
{
#pragma warning disable CA5398 // Fixed on purpose; a newer version is a decision of the peer protocol.
    public static SslProtocols Only { get; } = SslProtocols.Tls13;
#pragma warning restore CA5398
}
