using System.Security.Cryptography.X509Certificates;
using NodeAgent.Daemon.Peers.Identity;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Peers.Identity;

[TestClass]
public sealed class CertificateAuthorityTests
{
    private readonly ManualTimeProvider time = new();

    [TestMethod]
    public void A_node_certificate_names_the_node_and_serves_both_directions()
    {
        var authorities = new Authorities(time);
        using var certificate = authorities.Issue(Authorities.N1, time.GetUtcNow());
        Assert.AreEqual(new PeerUri(authorities.Cluster, Authorities.N1), PeerUri.Read(certificate));
        Assert.IsTrue(certificate.MatchesHostname("n1"));
        var uses = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages;
        Assert.AreEqual(2, uses.Count);
        Assert.IsFalse(certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
    }

    [TestMethod]
    public void A_node_certificate_never_outlives_the_authority()
    {
        var authorities = new Authorities(time);
        var late = time.GetUtcNow() + CertificateAuthority.Lifetime - TimeSpan.FromDays(3);
        using var certificate = authorities.Issue(Authorities.N1, late);
        Assert.AreEqual(authorities.Root.NotAfter, certificate.NotAfter);
    }

    [TestMethod]
    [DataRow("nodeagent:0123456789abcdef/n1", true)]
    [DataRow("nodeagent:0123456789abcdef/", false)]
    [DataRow("nodeagent:0123456789ABCDEF/n1", false)]
    [DataRow("nodeagent:0123456789abcdef/N1", false)]
    [DataRow("nodeagent:0123456789abcdef/n1/n2", false)]
    [DataRow("nodeagent:0123456789abcdef/n1\n", false)]
    [DataRow("nodeagent:/n1", false)]
    [DataRow("https:0123456789abcdef/n1", false)]
    public void Only_a_well_formed_name_is_an_identity(string text, bool valid) =>
        Assert.AreEqual(valid, PeerUri.Parse(text) is not null);

    [TestMethod]
    public void The_authority_itself_is_no_node() => Assert.IsNull(PeerUri.Read(new Authorities(time).Root));
}
