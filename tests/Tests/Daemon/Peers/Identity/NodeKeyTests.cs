using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NodeAgent.Daemon.Peers.Identity;

namespace NodeAgent.Tests.Daemon.Peers.Identity;

[TestClass]
public sealed class NodeKeyTests
{
    [TestMethod]
    public void A_signing_request_carries_the_key()
    {
        using var key = NodeKey.Create();
        var read = Is.Ok(NodeKey.ReadSigningRequest(NodeKey.SigningRequest(key, Authorities.N1)));
        CollectionAssert.AreEqual(key.ExportSubjectPublicKeyInfo(), read.ExportSubjectPublicKeyInfo());
    }

    [TestMethod]
    public void A_key_of_another_kind_is_refused()
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=n1", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Is.Refused("signingRequestInvalid", NodeKey.ReadSigningRequest(request.CreateSigningRequest()));
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Is.Refused("signingRequestInvalid", NodeKey.ReadSigningRequest(NodeKey.SigningRequest(other, Authorities.N1)));
    }

    [TestMethod]
    public void Garbage_is_refused_and_never_throws()
    {
        using var key = NodeKey.Create();
        var valid = NodeKey.SigningRequest(key, Authorities.N1);
        foreach (var request in Garbage.Mutations(valid, 1500, seed: 2).Append([]).Append(new byte[100_000]))
        {
            var read = NodeKey.ReadSigningRequest(request);
            Assert.IsTrue(!read.IsOk || request.SequenceEqual(valid), Convert.ToHexString(request));
        }
    }

    [TestMethod]
    public void A_certificate_for_another_key_is_not_combined()
    {
        var authorities = new Authorities(TimeProvider.System);
        using var certificate = authorities.Issue(Authorities.N1, DateTimeOffset.UnixEpoch.AddYears(60));
        using var other = NodeKey.Create();
        Is.Refused("answerInvalid", NodeKey.Combine(certificate.RawData, other));
        Is.Refused("answerInvalid", NodeKey.Combine([1, 2, 3], other));
    }
}
