using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NodeAgent.Daemon.Peers;
using NodeAgent.Daemon.Peers.Identity;
using NodeAgent.Daemon.Peers.Transport;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Peers.Transport;

[TestClass]
public sealed class PeerServerTests
{
    private readonly ManualTimeProvider time = new();

    [TestMethod]
    public async Task A_caller_without_certificate_is_told_why_it_is_refused()
    {
        await using var cluster = await PeerCluster.StartAsync(1, time);
        using var client = Client(null);
        foreach (var route in new[] { "hello", "members", "renew", "nowhere" })
        {
            var (status, fault) = await PostAsync(client, cluster, route, "{}");
            Assert.AreEqual(HttpStatusCode.Forbidden, status, route);
            Assert.AreEqual("noCertificate", fault!.Facts["reason"], route);
        }
    }

    [TestMethod]
    public async Task A_caller_of_another_cluster_is_told_why_it_is_refused()
    {
        await using var cluster = await PeerCluster.StartAsync(1, time);
        var theirs = new Authorities(time);
        using var client = Client(theirs.Issue(Authorities.N2, time.GetUtcNow()));
        var (status, fault) = await PostAsync(client, cluster, "hello", "{}");
        Assert.AreEqual(HttpStatusCode.Forbidden, status);
        Assert.AreEqual("otherAuthority", fault!.Facts["reason"]);
    }

    [TestMethod]
    public async Task A_stranger_cannot_push_a_member_list()
    {
        await using var cluster = await PeerCluster.StartAsync(1, time);
        using var client = Client(null);
        using var answer = await client.PutAsync(At(cluster, "members"), new StringContent("{}"));
        Assert.AreEqual(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [TestMethod]
    public async Task A_certificate_that_expires_while_the_connection_is_open_is_refused()
    {
        await using var cluster = await PeerCluster.StartAsync(2, time);
        using var client = Client(cluster[2].Identity.Current.Certificate);
        var (before, _) = await PostAsync(client, cluster, "nowhere", "{}");
        Assert.AreEqual(HttpStatusCode.NotFound, before);
        time.JumpWallClock(CertificateAuthority.NodeLifetime + TimeSpan.FromDays(1));
        var (after, fault) = await PostAsync(client, cluster, "nowhere", "{}");
        Assert.AreEqual(HttpStatusCode.Forbidden, after);
        Assert.AreEqual("certificateExpired", fault!.Facts["reason"]);
    }

    [TestMethod]
    public async Task A_removed_member_is_refused_on_a_connection_that_is_already_open()
    {
        await using var cluster = await PeerCluster.StartAsync(2, time);
        using var client = Client(cluster[2].Identity.Current.Certificate);
        Assert.AreEqual(HttpStatusCode.NotFound, (await PostAsync(client, cluster, "nowhere", "{}")).Status);
        Is.Ok(cluster[1].Remove(new("n2")));
        var (status, fault) = await PostAsync(client, cluster, "nowhere", "{}");
        Assert.AreEqual(HttpStatusCode.Forbidden, status);
        Assert.AreEqual("notMember", fault!.Facts["reason"]);
    }

    [TestMethod]
    public async Task Older_TLS_is_not_spoken()
    {
        await using var cluster = await PeerCluster.StartAsync(1, time);
#pragma warning disable CA5398 // The point of the test.
        using var client = Client(null, SslProtocols.Tls12);
#pragma warning restore CA5398
        await Assert.ThrowsExactlyAsync<HttpRequestException>(() => client.GetAsync(At(cluster, "join/authority")));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("null")]
    [DataRow("[]")]
    [DataRow("{}")]
    [DataRow("{\"token\":5}")]
    [DataRow("{\"token\":\"x\",\"secret\":\"AA==\",\"node\":null,\"addresses\":[],\"signingRequest\":\"\",\"unixMilliseconds\":1,\"proof\":\"\"}")]
    [DataRow("{\"token\":\"x\",\"secret\":\"AA==\",\"node\":\"n2\",\"addresses\":[null],\"signingRequest\":\"\",\"unixMilliseconds\":-1,\"proof\":\"\"}")]
    [DataRow("{\"token\":\"x\",\"secret\":\"AA==\",\"node\":\"n2\",\"addresses\":[{\"network\":\"a\",\"endPoint\":\"1.2.3.4:5\"}],\"signingRequest\":\"AA==\",\"unixMilliseconds\":9223372036854775807,\"proof\":\"\"}")]
    public async Task A_garbled_join_is_a_bad_request_and_nothing_worse(string body)
    {
        await using var cluster = await PeerCluster.StartAsync(1, time);
        using var client = Client(null);
        var (status, fault) = await PostAsync(client, cluster, "join", body);
        Assert.AreEqual(HttpStatusCode.BadRequest, status);
        Assert.IsNotNull(fault);
    }

    [TestMethod]
    public async Task An_endless_join_is_cut_off()
    {
        await using var cluster = await PeerCluster.StartAsync(1, time);
        using var client = Client(null);
        var (status, _) = await PostAsync(client, cluster, "join", new string(' ', 200_000));
        Assert.AreEqual(HttpStatusCode.BadRequest, status);
    }

    private static Uri At(PeerCluster cluster, string route) =>
        new($"https://{cluster.Addresses(1)[0].EndPoint}/peers/v1/{route}");

    private static async Task<(HttpStatusCode Status, FaultMessage? Fault)> PostAsync(
        HttpClient client, PeerCluster cluster, string route, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(At(cluster, route), content);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<FaultMessage>(PeerJson.Options));
    }

    private static HttpClient Client(X509Certificate2? certificate, SslProtocols? protocol = null) => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = protocol ?? TlsVersion.Only,
            ClientCertificates = certificate is null ? null : [certificate],
#pragma warning disable CA5359 // The client under the test's control is the intruder.
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
        },
    });
}
