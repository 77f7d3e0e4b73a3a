using System.Security.Cryptography.X509Certificates;
using NodeAgent.Daemon.Peers.Identity;
using NodeAgent.Daemon.Peers.Membership;
using NodeAgent.Daemon.Peers.Transport;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Peers.Transport;

[TestClass]
public sealed class PeerTrustTests : IDisposable
{
    private readonly ManualTimeProvider time = new();
    private readonly TempFolder state = new();
    private readonly Authorities ours;
    private readonly X509Certificate2 n1;
    private readonly X509Certificate2 n2;
    private readonly MemberList list;
    private readonly MemberRoll roll;
    private readonly PeerTrust trust;

    public PeerTrustTests()
    {
        ours = new(time);
        n1 = ours.Issue(Authorities.N1, time.GetUtcNow());
        n2 = ours.Issue(Authorities.N2, time.GetUtcNow());
        list = ours.List((Authorities.N1, n1), (Authorities.N2, n2));
        roll = Is.Ok(MemberRoll.Load(ours.Found(state.Path, n1, list)));
        trust = new(Authorities.N1, roll, time);
    }

    public void Dispose()
    {
        n1.Dispose();
        n2.Dispose();
        state.Dispose();
    }

    [TestMethod]
    public void A_member_is_let_in_for_both_purposes()
    {
        Assert.AreEqual(Authorities.N2, Is.Ok(trust.Judge(n2, KeyPurpose.Client)));
        Assert.AreEqual(Authorities.N2, Is.Ok(trust.JudgeServer(n2, Authorities.N2)));
    }

    [TestMethod]
    public void No_certificate_is_refused() => Is.Refused("noCertificate", trust.Judge(null, KeyPurpose.Client));

    [TestMethod]
    public void Another_authority_with_the_same_names_is_refused()
    {
        var forger = CertificateAuthority.Create(ours.Cluster, time.GetUtcNow());
        using var key = NodeKey.Create();
        using var forged = forger.Issue(new(ours.Cluster, Authorities.N2), new(key), time.GetUtcNow());
        Is.Refused("otherAuthority", trust.Judge(forged, KeyPurpose.Client));
        Is.Refused("otherAuthority", trust.Judge(Authorities.Bare(forger), KeyPurpose.Client));
    }

    [TestMethod]
    public void A_certificate_expires_and_is_not_valid_before_its_time()
    {
        time.Advance(CertificateAuthority.NodeLifetime - TimeSpan.FromMinutes(1));
        Is.Ok(trust.Judge(n2, KeyPurpose.Client));
        time.Advance(TimeSpan.FromMinutes(2));
        Is.Refused("certificateExpired", trust.Judge(n2, KeyPurpose.Client));
        time.JumpWallClock(-CertificateAuthority.NodeLifetime - TimeSpan.FromHours(2));
        Is.Refused("certificateNotYetValid", trust.Judge(n2, KeyPurpose.Client));
    }

    [TestMethod]
    public void A_clock_that_is_behind_by_minutes_does_no_harm()
    {
        time.JumpWallClock(TimeSpan.FromMinutes(-30));
        Is.Ok(trust.Judge(n2, KeyPurpose.Client));
    }

    [TestMethod]
    public void A_removed_member_is_refused_at_once()
    {
        Is.Ok(roll.Adopt(SignedMembers.Sign(list.Without(Authorities.N2), ours.Authority)));
        Is.Refused("notMember", trust.Judge(n2, KeyPurpose.Client));
    }

    [TestMethod]
    public void A_removed_member_that_joined_again_cannot_use_its_old_certificate()
    {
        using var fresh = ours.Issue(Authorities.N2, time.GetUtcNow());
        var again = list.Without(Authorities.N2).Add(new(Authorities.N2, Authorities.Addresses(2), [Fingerprint.Of(fresh)]));
        Is.Ok(roll.Adopt(SignedMembers.Sign(again, ours.Authority)));
        Is.Refused(PeerVerdicts.UnknownCertificate, trust.Judge(n2, KeyPurpose.Client));
        Is.Ok(trust.Judge(fresh, KeyPurpose.Client));
    }

    [TestMethod]
    public void The_nodes_own_certificate_is_refused() =>
        Is.Refused("ownCertificate", trust.Judge(n1, KeyPurpose.Client));

    [TestMethod]
    public void A_certificate_for_another_cluster_is_refused()
    {
        using var other = ours.Issue(Authorities.N2, time.GetUtcNow(), ClusterId.Draw());
        Is.Refused("otherCluster", trust.Judge(other, KeyPurpose.Client));
    }

    [TestMethod]
    public void Another_member_than_the_one_called_is_refused() =>
        Is.Refused("anotherNode", trust.JudgeServer(n2, Authorities.N3));

    [TestMethod]
    public void Both_authorities_are_trusted_while_one_replaces_the_other()
    {
        var next = CertificateAuthority.Create(ours.Cluster, time.GetUtcNow());
        using var key = NodeKey.Create();
        using var renewed = next.Issue(new(ours.Cluster, Authorities.N2), new(key), time.GetUtcNow());
        var member = list.Find(Authorities.N2)!;
        var both = list.Replace(member with { Certificates = [Fingerprint.Of(renewed), .. member.Certificates] })
            with { Authorities = [ours.Root, Authorities.Bare(next)] };
        Is.Ok(roll.Adopt(SignedMembers.Sign(both, ours.Authority)));
        Is.Ok(trust.Judge(n2, KeyPurpose.Client));
        Is.Ok(trust.Judge(renewed, KeyPurpose.Client));
    }

    [TestMethod]
    public void A_hello_must_agree_with_the_certificate()
    {
        var desk = new HelloDesk(new(new(new(ours.Cluster, Authorities.N1), n1, null)), roll, new("1.0", "boot"), time);
        var hello = desk.Make();
        Is.Refused("anotherNode", desk.Judge(hello, Authorities.N2));
        Is.Ok(desk.Judge(hello with { Node = "n2" }, Authorities.N2));
        Is.Refused("otherCluster", desk.Judge(hello with { Cluster = "f" }, Authorities.N2));
        Is.Refused("otherProtocol", desk.Judge(hello with { Protocol = 2 }, Authorities.N2));
    }
}
