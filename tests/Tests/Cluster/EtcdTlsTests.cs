using NodeAgent.Cluster;
using NodeAgent.Contract;
using NodeAgent.Tests.Cluster.Support;

namespace NodeAgent.Tests.Cluster;

[TestClass]
public sealed class EtcdTlsTests
{
    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    [TestMethod]
    public async Task With_the_right_certificates_it_works_and_with_wrong_ones_it_says_whose_are_wrong()
    {
        using var certificates = new TestCertificates();
        using var strangers = new TestCertificates();
        using var trio = await EtcdTrio.StartAsync(certificates);
        await using var store = trio.Store();
        Assert.AreEqual(Answer.Yes, (await store.CommitAsync(new([], [StoreChange.Put("/test/a", "1")]), Soon)).Happened);

        var impatient = trio.Trusted() with { Deadline = TimeSpan.FromSeconds(1) };
        await using var stranger = trio.Store(impatient with { Certificate = () => strangers.Node });
        await using var nobody = trio.Store(impatient with { Certificate = null });
        await using var elsewhere = trio.Store(impatient with { Authorities = () => [strangers.Authority] });
        var refused = (await stranger.ReadAsync(KeyRange.Of("/test/a"), Soon)).Fault!;
        var missing = (await nobody.ReadAsync(KeyRange.Of("/test/a"), Soon)).Fault!;
        var wrong = (await elsewhere.ReadAsync(KeyRange.Of("/test/a"), Soon)).Fault!;
        Assert.AreEqual((FaultCode.PermissionDenied, FaultCode.PermissionDenied, FaultCode.PermissionDenied), (refused.Code, missing.Code, wrong.Code), $"{refused}\n{missing}\n{wrong}");
        StringAssert.Contains(refused.Why, "refuses this node's certificate");
        StringAssert.Contains(wrong.Why, "authority did not sign");
        Assert.AreEqual(Answer.Unknown, (await stranger.CommitAsync(new([], [StoreChange.Put("/test/a", "2")]), Soon)).Happened);
    }
}
