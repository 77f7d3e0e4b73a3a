using NodeAgent.Contract;
using NodeAgent.Daemon.Peers;
using NodeAgent.Daemon.Peers.Identity;
using NodeAgent.Daemon.Peers.Transport;
using NodeAgent.Tests.Daemon.Peers.Transport;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Peers;

[TestClass]
public sealed class PeerNodeTests
{
    private readonly ManualTimeProvider time = new();

    [TestMethod]
    public async Task Three_nodes_join_and_all_know_each_other()
    {
        await using var cluster = await PeerCluster.StartAsync(3, time);
        for (var index = 1; index <= 3; index++)
        {
            Assert.AreEqual(3, cluster[index].Members.Version);
            Assert.HasCount(3, cluster[index].Members.Members);
            Assert.HasCount(2, cluster[index].Links.All);
        }

        Assert.IsFalse(File.Exists(Path.Combine(cluster.State(2), "cluster", "authority.pem")));
    }

    [TestMethod]
    public async Task A_joiner_never_sends_its_secret_to_a_cluster_that_did_not_make_the_token()
    {
        await using var ours = await PeerCluster.StartAsync(1, time);
        await using var theirs = await PeerCluster.StartAsync(1, time);
        var token = Is.Ok(ours[1].CreateToken(null));
        var lured = new JoinToken(token.Id, token.Authority, [theirs.Addresses(1)[0].EndPoint], token.Secret);
        var fault = Is.Refused("wrongAuthority", await ours.JoinAsync(2, lured));
        Assert.Contains("the secret was not sent", fault.Why);
        Is.Ok(await ours.JoinAsync(2, token));
    }

    [TestMethod]
    public async Task A_token_lets_one_node_in_and_no_second()
    {
        await using var cluster = await PeerCluster.StartAsync(1, time);
        var token = Is.Ok(cluster[1].CreateToken(null));
        Is.Ok(await cluster.JoinAsync(2, token));
        Is.Refused("tokenUsed", await cluster.JoinAsync(3, token));
        Assert.IsFalse(Directory.Exists(Path.Combine(cluster.State(3), "cluster")));
    }

    [TestMethod]
    public async Task A_joiner_without_anybody_to_ask_says_whom_it_tried()
    {
        await using var cluster = await PeerCluster.StartAsync(1, time);
        var token = Is.Ok(cluster[1].CreateToken(null));
        await cluster[1].DisposeAsync();
        var fault = Is.Refused("unreachable", await cluster.JoinAsync(2, token));
        Assert.Contains(cluster.Addresses(1)[0].EndPoint.ToString(), fault.ToString());
    }

    [TestMethod]
    public async Task Only_the_issuer_changes_the_membership()
    {
        await using var cluster = await PeerCluster.StartAsync(2, time);
        Assert.Contains("n1", Is.Refused("notIssuer", cluster[2].CreateToken(null)).NextStep);
        Is.Refused("notIssuer", cluster[2].Remove(new("n1")));
        var token = Is.Ok(cluster[1].CreateToken(null));
        var misled = new JoinToken(token.Id, token.Authority, [cluster.Addresses(2)[0].EndPoint], token.Secret);
        Assert.Contains("n1", Is.Refused("notIssuer", await cluster.JoinAsync(3, misled)).NextStep);
    }

    [TestMethod]
    public async Task A_removed_node_is_refused_by_all_and_told_so()
    {
        await using var cluster = await PeerCluster.StartAsync(3, time);
        Is.Ok(cluster[1].Remove(new("n3")));
        await cluster[1].Links.ProbeAsync(default);
        Assert.IsNull(cluster[2].Links.Find(new("n3")), "the new list must have reached n2");
        await cluster[3].Links.ProbeAsync(default);
        foreach (var peer in cluster[3].Links.Status())
        {
            Assert.AreEqual("notMember", PeerFaults.ReasonOf(peer.Paths[0].LastFault!), peer.Node.Value);
        }
    }

    [TestMethod]
    public async Task A_member_list_reaches_nodes_that_cannot_reach_the_issuer()
    {
        await using var cluster = await PeerCluster.StartAsync(3, time);
        Is.Ok(cluster[1].Readdress(new("n1"), [cluster.Addresses(1)[1]]));
        await cluster[2].Links.ProbeAsync(default);
        await cluster[1].DisposeAsync();
        await cluster[3].Links.ProbeAsync(default);
        Assert.AreEqual(4, cluster[3].Members.Version);
    }

    [TestMethod]
    public async Task A_certificate_is_renewed_before_it_expires_and_peers_learn_of_it()
    {
        await using var cluster = await PeerCluster.StartAsync(3, time);
        Assert.IsFalse(cluster[2].Renewal.IsDue);
        time.JumpWallClock(CertificateAuthority.NodeLifetime * 0.7);
        Assert.IsTrue(cluster[2].Renewal.IsDue);
        var before = Fingerprint.Of(cluster[2].Identity.Current.Certificate);
        Is.Ok(await cluster[2].Renewal.RunIfDueAsync(default));
        Assert.IsFalse(cluster[2].Renewal.IsDue);
        Assert.AreNotEqual(before, Fingerprint.Of(cluster[2].Identity.Current.Certificate));

        await cluster[2].Links.ProbeAsync(default);
        time.JumpWallClock(CertificateAuthority.NodeLifetime * 0.31);
        Is.Ok(cluster[3].Trust.Judge(cluster[2].Identity.Current.Certificate, KeyPurpose.Client));
        Assert.AreEqual(4, cluster[3].Members.Version);
    }

    [TestMethod]
    public async Task A_renewed_certificate_that_peers_have_not_heard_of_becomes_known_by_the_first_probe()
    {
        await using var cluster = await PeerCluster.StartAsync(3, time);
        Is.Ok(await cluster[2].Renewal.RunAsync(default));
        // A new process has no old connections: n3 meets the new certificate unprepared.
        await cluster[2].DisposeAsync();
        var reborn = await cluster.RunAsync(2);
        await cluster[3].Links.ProbeAsync(default);
        await cluster[3].Links.ProbeAsync(default);
        Assert.AreEqual(PathState.Up, cluster[3].Links.Find(new("n2"))!.Status().Paths[0].State);
        await reborn.Links.ProbeAsync(default);
        Assert.AreEqual(PathState.Up, reborn.Links.Find(new("n3"))!.Status().Paths[0].State);
    }

    [TestMethod]
    public async Task The_issuer_renews_its_own_certificate()
    {
        await using var cluster = await PeerCluster.StartAsync(2, time);
        Is.Ok(await cluster[1].Renewal.RunAsync(default));
        await cluster[1].Links.ProbeAsync(default);
        Assert.AreEqual(3, cluster[2].Members.Version);
    }

    [TestMethod]
    public async Task A_node_comes_back_after_a_restart_as_the_same_member()
    {
        await using var cluster = await PeerCluster.StartAsync(2, time);
        await cluster[2].DisposeAsync();
        var again = await cluster.RunAsync(2);
        await again.Links.ProbeAsync(default);
        Assert.AreEqual(Answer.Yes, again.Links.Find(new("n1"))!.Status().Reachable);
    }

    [TestMethod]
    public async Task A_taken_port_is_a_fault_that_names_it()
    {
        await using var cluster = await PeerCluster.StartAsync(1, time);
        var settings = new PeerSettings(
            cluster.State(1), [cluster.Addresses(1)[0].EndPoint], [], new("1", "b"), new());
        var second = await PeerNode.StartAsync(settings, [], new(time, cluster.Log), default);
        Assert.Contains(cluster.Addresses(1)[0].EndPoint.ToString(), Is.Refused("cannotListen", second).Why);
    }

    [TestMethod]
    public async Task No_secret_is_ever_logged()
    {
        await using var cluster = await PeerCluster.StartAsync(1, time);
        var token = Is.Ok(cluster[1].CreateToken(null));
        Is.Refused("tokenRefused", await cluster.JoinAsync(2, new(token.Id, token.Authority, token.Addresses, TokenSecret.Draw())));
        Is.Ok(await cluster.JoinAsync(2, token));
        var log = string.Join('\n', cluster.Log.Lines);
        Assert.Contains("joined the cluster", log);
        Assert.Contains("was refused", log);
        foreach (var secret in new[]
        {
            token.Reveal(), Convert.ToBase64String(token.Secret), Convert.ToHexStringLower(token.Secret), "PRIVATE KEY",
        })
        {
            Assert.DoesNotContain(secret, log, StringComparison.OrdinalIgnoreCase);
        }
    }
}
