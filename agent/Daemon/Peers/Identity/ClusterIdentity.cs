using System.Security.Cryptography.X509Certificates;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Identity;

/// <summary>Who this node is. Holds private keys: never log or serialize it.</summary>
internal sealed class ClusterIdentity(PeerUri self, X509Certificate2 certificate, CertificateAuthority? authority)
{
    public PeerUri Self { get; } = self;

    public ClusterId Cluster => Self.Cluster;

    public NodeId Node => Self.Node;

    /// <summary>With its private key.</summary>
    public X509Certificate2 Certificate { get; } = certificate;

    /// <summary>Null on every node but the issuer.</summary>
    public CertificateAuthority? Authority { get; } = authority;

    public ClusterIdentity With(X509Certificate2 renewed) => new(Self, renewed, Authority);

    public override string ToString() => Self.ToString();
}
