using System.Net.Security;
using NodeAgent.Plugins.LinstorBackend.Controller.Wire;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.Linstor.Controller;

/// <summary>What is sent along may lead to a pinned authority, and is none itself; a certificate counts for what it was made out for.</summary>
[TestClass]
public sealed class PinnedAuthorityTests
{
    [TestMethod]
    public void One_of_an_authority_between_is_believed_if_that_is_sent_along()
    {
        using var root = new TestAuthority();
        using var between = new TestAuthority(root);
        using var stranger = new TestAuthority();
        using var folder = new TempFolder();
        using var leaf = between.Sign("127.0.0.1");
        File.WriteAllText(folder["ca.pem"], root.Pem);
        File.WriteAllText(folder["other.pem"], stranger.Pem);

        Assert.IsTrue(PinnedAuthority.Signed(folder["ca.pem"], leaf, [between.Certificate], SslPolicyErrors.RemoteCertificateChainErrors));
        Assert.IsFalse(PinnedAuthority.Signed(folder["ca.pem"], leaf, null, SslPolicyErrors.RemoteCertificateChainErrors));
        Assert.IsFalse(PinnedAuthority.Signed(folder["other.pem"], leaf, [between.Certificate, root.Certificate], SslPolicyErrors.RemoteCertificateChainErrors));
    }

    [TestMethod]
    [DataRow("1.3.6.1.5.5.7.3.1", true)]
    [DataRow("1.3.6.1.5.5.7.3.2", false)]
    public void One_that_was_made_out_to_ask_does_not_answer(string use, bool isBelieved)
    {
        using var root = new TestAuthority();
        using var folder = new TempFolder();
        using var leaf = root.Sign("127.0.0.1", use);
        File.WriteAllText(folder["ca.pem"], root.Pem);

        Assert.AreEqual(isBelieved, PinnedAuthority.Signed(folder["ca.pem"], leaf, null, SslPolicyErrors.None));
    }
}
