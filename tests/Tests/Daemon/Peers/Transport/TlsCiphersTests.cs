using System.Net.Security;
using NodeAgent.Daemon.Peers.Transport;

namespace NodeAgent.Tests.Daemon.Peers.Transport;

[TestClass]
public sealed class TlsCiphersTests
{
    [TestMethod]
    public void With_instructions_for_aes_the_short_key_comes_first() =>
        Assert.AreEqual(TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCiphers.Order(hasAes: true)[0]);

    [TestMethod]
    public void Without_them_chacha_comes_first() =>
        Assert.AreEqual(TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256, TlsCiphers.Order(hasAes: false)[0]);

    [TestMethod]
    public void Any_two_machines_have_a_cipher_in_common() =>
        CollectionAssert.AreEquivalent(TlsCiphers.Order(hasAes: true).ToList(), TlsCiphers.Order(hasAes: false).ToList());
}
