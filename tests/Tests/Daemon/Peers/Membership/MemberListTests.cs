using System.Text;
using NodeAgent.Daemon.Peers.Identity;
using NodeAgent.Daemon.Peers.Membership;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Peers.Membership;

[TestClass]
public sealed class MemberListTests : IDisposable
{
    private readonly ManualTimeProvider time = new();
    private readonly TempFolder state = new();
    private readonly Authorities ours;
    private readonly MemberList list;
    private readonly MemberRoll roll;
    private readonly ClusterFolder folder;

    public MemberListTests()
    {
        ours = new(time);
        var n1 = ours.Issue(Authorities.N1, time.GetUtcNow());
        list = ours.List((Authorities.N1, n1), (Authorities.N2, ours.Issue(Authorities.N2, time.GetUtcNow())));
        folder = ours.Found(state.Path, n1, list);
        roll = Is.Ok(MemberRoll.Load(folder));
    }

    public void Dispose() => state.Dispose();

    [TestMethod]
    public void A_list_survives_being_written_and_read()
    {
        var read = Is.Ok(MemberListFormat.Read(MemberListFormat.Write(list)));
        CollectionAssert.AreEqual(MemberListFormat.Write(list), MemberListFormat.Write(read));
        Assert.AreEqual("mgmt", read.Members[1].Addresses[1].Network);
    }

    [TestMethod]
    public void All_errors_are_told_at_once_each_with_its_field()
    {
        var broken = """
            { "cluster": "X", "version": -1, "issuer": "n9", "authorities": ["!"],
              "members": [ { "node": "N", "addresses": [ { "network": "", "endpoint": "10.0.0.1" } ], "certificates": ["00"] } ] }
            """;
        var why = Is.Refused("memberListUnreadable", MemberListFormat.Read(Encoding.UTF8.GetBytes(broken))).Why;
        foreach (var field in new[]
        {
            "cluster:", "version:", "issuer:", "authorities[0]:", "members[0].node:", "members[0].addresses[0].network:",
            "members[0].addresses[0].endpoint:", "members[0].certificates:",
        })
        {
            Assert.Contains(field, why);
        }
    }

    [TestMethod]
    public void Garbage_is_never_adopted_and_never_throws()
    {
        var valid = SignedMembers.Sign(list.Without(Authorities.N2), ours.Authority).ToBytes();
        foreach (var content in Garbage.Mutations(valid, 1500, seed: 3).Append([]).Append("null"u8.ToArray()).Append("[1]"u8.ToArray()))
        {
            var read = SignedMembers.Read(content);
            var adopted = read.IsOk && roll.Adopt(read.Value).IsOk;
            Assert.IsTrue(!adopted || roll.List.Version == 2, Encoding.Latin1.GetString(content));
        }
    }

    [TestMethod]
    public void Garbage_inside_the_list_never_throws()
    {
        foreach (var content in Garbage.Mutations(MemberListFormat.Write(list), 1500, seed: 4))
        {
            var read = MemberListFormat.Read(content);
            Assert.IsTrue(read.IsOk || read.Fault.Why.Length > 0);
        }
    }

    [TestMethod]
    public void A_newer_list_is_adopted_and_kept()
    {
        Is.Ok(roll.Adopt(SignedMembers.Sign(list.Without(Authorities.N2), ours.Authority)));
        Assert.IsNull(roll.List.Find(Authorities.N2));
        Assert.AreEqual(2, Is.Ok(MemberRoll.Load(folder)).List.Version);
    }

    [TestMethod]
    public void An_older_list_does_not_bring_a_removed_member_back()
    {
        var before = roll.Signed;
        Is.Ok(roll.Adopt(SignedMembers.Sign(list.Without(Authorities.N2), ours.Authority)));
        Is.Refused("memberListOld", roll.Adopt(before));
        Assert.IsNull(roll.List.Find(Authorities.N2));
    }

    [TestMethod]
    public void A_list_that_another_authority_signed_is_refused()
    {
        var forger = CertificateAuthority.Create(ours.Cluster, time.GetUtcNow());
        // It even names itself as an authority.
        var forged = list with { Version = 9, Authorities = [Authorities.Bare(forger)] };
        Is.Refused("memberListForged", roll.Adopt(SignedMembers.Sign(forged, forger)));
    }

    [TestMethod]
    public void A_list_of_another_cluster_is_refused()
    {
        var other = list with { Cluster = ClusterId.Draw(), Version = 9 };
        Is.Refused("otherCluster", roll.Adopt(SignedMembers.Sign(other, ours.Authority)));
    }

    [TestMethod]
    public void Two_lists_of_one_version_are_told_apart()
    {
        Is.Ok(roll.Adopt(roll.Signed));
        var other = list.Without(Authorities.N2) with { Version = 1 };
        Is.Refused("memberListDiverged", roll.Adopt(SignedMembers.Sign(other, ours.Authority)));
    }

    [TestMethod]
    public void The_authority_can_be_replaced_with_both_valid_in_between()
    {
        var next = CertificateAuthority.Create(ours.Cluster, time.GetUtcNow());
        var both = list with { Version = 2, Authorities = [ours.Root, Authorities.Bare(next)] };
        Is.Ok(roll.Adopt(SignedMembers.Sign(both, ours.Authority)));
        var after = list with { Version = 3, Authorities = [Authorities.Bare(next)] };
        Is.Ok(roll.Adopt(SignedMembers.Sign(after, next)));
        Is.Refused("memberListForged", roll.Adopt(SignedMembers.Sign(list with { Version = 4 }, ours.Authority)));
    }

    [TestMethod]
    public void A_list_that_was_edited_on_disk_is_not_loaded()
    {
        var text = File.ReadAllText(folder.MembersPath);
        var signature = text.IndexOf("\"signature\":\"", StringComparison.Ordinal) + 13;
        File.WriteAllText(folder.MembersPath, text[..signature] + "AAAAAAAA" + text[(signature + 8)..]);
        Is.Refused("stateUnreadable", MemberRoll.Load(folder));
    }

    [TestMethod]
    public void A_crash_while_saving_leaves_the_old_list_in_force()
    {
        var leftover = Path.Combine(folder.Path, ".members.json.1-1.new~");
        File.WriteAllText(leftover, "{ \"document\": \"half");
        Is.Ok(folder.Sweep());
        Assert.AreEqual(1, Is.Ok(MemberRoll.Load(folder)).List.Version);
        Assert.IsFalse(File.Exists(leftover));
    }

    [TestMethod]
    public void A_removed_member_is_gone_and_the_issuer_cannot_be_removed()
    {
        var issuer = new MemberIssuer(ours.Authority, roll, time);
        Is.Ok(issuer.Remove(Authorities.N2));
        Is.Refused("noSuchMember", issuer.Remove(Authorities.N2));
        Is.Refused("issuerStays", issuer.Remove(Authorities.N1));
    }
}
