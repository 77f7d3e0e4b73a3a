using System.Net.Security;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Identity;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>The identity in use; a renewal swaps it under running listeners and links.</summary>
internal sealed class NodeIdentity(ClusterIdentity first)
{
    private volatile Shown shown = new(first);

    public ClusterIdentity Current => shown.Identity;

    public NodeId Node => shown.Identity.Node;

    public SslStreamCertificateContext Certificate => shown.Context;

    public void Swap(ClusterIdentity renewed) => shown = new(renewed);

    private sealed class Shown(ClusterIdentity identity)
    {
        public ClusterIdentity Identity { get; } = identity;

        // Built once: no chain is looked for at each handshake.
        public SslStreamCertificateContext Context { get; } =
            SslStreamCertificateContext.Create(identity.Certificate, additionalCertificates: null, offline: true);
    }
}
