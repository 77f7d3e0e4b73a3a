using NodeAgent.Plugins.LinstorBackend.Kernel;

namespace NodeAgent.Tests.Plugins.Linstor;

[TestClass]
public sealed class EventLineTests
{
    // As 8.4 prints them with drbd-utils 9.22; then what only 9.x has.
    public const string Whole =
        """
        exists resource name:data role:Primary suspended:no write-ordering:flush
        exists connection name:data peer-node-id:0 conn-name:peer connection:Connected role:Secondary congested:no
        exists device name:data volume:0 minor:3 disk:UpToDate read:1052 written:88321 al-writes:12 bm-writes:0 upper-pending:0 lower-pending:0
        exists peer-device name:data peer-node-id:0 conn-name:peer volume:0 replication:SyncSource peer-disk:Inconsistent resync-suspended:no received:0 sent:8812 out-of-sync:2048 pending:0 unacked:0
        exists -
        """;

    [TestMethod]
    [DataRow("exists resource name:data role:Primary suspended:no", EventVerb.Exists, EventObject.Resource)]
    [DataRow("2026-11-21T18:00:00.000001+01:00 change connection name:data peer-node-id:0 conn-name:peer connection:Connected role:Secondary", EventVerb.Change, EventObject.Connection)]
    [DataRow("create device name:data volume:0 minor:0 disk:Diskless", EventVerb.Create, EventObject.Device)]
    [DataRow("destroy peer-device name:data peer-node-id:0 conn-name:peer volume:0", EventVerb.Destroy, EventObject.PeerDevice)]
    [DataRow("call helper name:data peer-node-id:0 conn-name:peer helper:fence-peer", EventVerb.Call, EventObject.Helper)]
    [DataRow("response helper name:data peer-node-id:0 conn-name:peer helper:fence-peer status:1", EventVerb.Response, EventObject.Helper)]
    [DataRow("exists path name:data peer-node-id:1 conn-name:n2 local:ipv4:10.0.0.1:7789 peer:ipv4:10.0.0.2:7789 established:yes", EventVerb.Exists, EventObject.Path)]
    [DataRow("rename resource name:data new_name:other", EventVerb.Rename, EventObject.Resource)]
    [DataRow("change resource name:data may_promote:yes promotion_score:10101", EventVerb.Change, EventObject.Resource)]
    [DataRow("exists -", EventVerb.Dumped, EventObject.None)]
    [DataRow("- skipped 3", EventVerb.Skipped, EventObject.None)]
    [DataRow("", EventVerb.Unknown, EventObject.None)]
    [DataRow("exists", EventVerb.Unknown, EventObject.None)]
    [DataRow("exists - and more", EventVerb.Unknown, EventObject.None)]
    [DataRow("destroy -", EventVerb.Unknown, EventObject.None)]
    [DataRow("exists resource role:Primary", EventVerb.Unknown, EventObject.None)]
    [DataRow("exists resource name:data Primary", EventVerb.Unknown, EventObject.None)]
    [DataRow("exists resource name:data role:Primary role:Secondary", EventVerb.Unknown, EventObject.None)]
    [DataRow("exists cloud name:data", EventVerb.Unknown, EventObject.None)]
    [DataRow("explode resource name:data", EventVerb.Unknown, EventObject.None)]
    [DataRow("exists resource name:data :x", EventVerb.Unknown, EventObject.None)]
    public void Every_kind_of_line_is_understood_whole_or_not_at_all(string line, object verb, object about)
    {
        var read = EventLine.Parse(line);

        Assert.AreEqual((verb, about), (read.Verb, read.Object));
    }

    [TestMethod]
    public void A_value_may_have_colons()
    {
        var read = EventLine.Parse("exists path name:data local:ipv6:[fd00::1]:7789 peer:ipv4:10.0.0.2:7789 established:no");

        Assert.AreEqual("ipv6:[fd00::1]:7789", read.Fields["local"]);
    }

    [TestMethod]
    public void A_dump_is_the_whole_state()
    {
        var state = Dump.Parse("", "n2", Whole).Value["data"];

        Assert.AreEqual((true, true, "Secondary", false), (state.IsPrimary, state.IsConnected, state.PeerRole, state.IsMirrored));
        Assert.AreEqual(new VolumeState(0, 3, "UpToDate", "SyncSource", "Inconsistent", 2048 * 1024, true) { WrittenBytes = 88321 * 1024 }, state.Volumes.Single());
    }

    // Three copies, as 9.x lists them: n2 and n3 both have a disk.
    private const string Three =
        """
        exists resource name:big role:Secondary suspended:no may_promote:yes promotion_score:10103
        exists connection name:big peer-node-id:1 conn-name:n2 connection:Connected role:Secondary
        exists connection name:big peer-node-id:2 conn-name:n3 connection:Connected role:Primary
        exists device name:big volume:0 minor:9 backing_dev:/dev/vg/big disk:UpToDate client:no quorum:yes
        exists peer-device name:big peer-node-id:1 conn-name:n2 volume:0 replication:Established peer-disk:UpToDate peer-client:no resync-suspended:no
        exists peer-device name:big peer-node-id:2 conn-name:n3 volume:0 replication:Established peer-disk:UpToDate peer-client:no resync-suspended:no

        """;

    [TestMethod]
    public void A_resource_with_three_copies_is_refused_and_harms_no_other()
    {
        var states = Dump.Parse("", "n2", Three + Whole).Value;

        Assert.Contains("n3 has a copy too", states["big"].Odd!);
        Assert.AreEqual(("Connected", "UpToDate", "Primary"), (states["big"].Connection, states["big"].Volumes[0].PeerDisk, states["big"].Others.Single().Role));
        Assert.IsNull(states["data"].Odd);
        Assert.IsTrue(states["data"].IsPrimary);
    }

    [TestMethod]
    public void A_third_node_without_a_disk_is_no_copy()
    {
        var state = Dump.Parse("", "n2", Three.Replace("conn-name:n3 volume:0 replication:Established peer-disk:UpToDate", "conn-name:n3 volume:0 replication:Established peer-disk:Diskless", StringComparison.Ordinal) + "exists -\n").Value["big"];

        Assert.AreEqual((null, true, "n3"), (state.Odd, state.Others.Single().IsDiskless, state.Others.Single().Name));
    }

    [TestMethod]
    public void Without_the_connection_to_the_other_copy_the_one_that_votes_is_not_taken_for_it()
    {
        var text = string.Concat((Three.Replace("conn-name:n3 volume:0 replication:Established peer-disk:UpToDate", "conn-name:n3 volume:0 replication:Established peer-disk:Diskless", StringComparison.Ordinal) + "exists -\n")
            .Split('\n').Where(line => !line.Contains("conn-name:n2", StringComparison.Ordinal)).Select(line => line + "\n"));

        var state = Dump.Parse("", "n2", text).Value["big"];

        Assert.AreEqual((true, "DUnknown", "n3", null), (state.IsAlone, state.Volumes[0].PeerDisk, state.Others.Single().Name, state.Odd));
    }

    [TestMethod]
    public void Several_peers_of_which_none_is_ours_are_nobodys_copy()
    {
        var state = Dump.Parse("", "n9", Three + "exists -\n").Value["big"];

        Assert.Contains("none of them is called n9", state.Odd!);
        Assert.IsFalse(state.IsMirrored);
    }

    [TestMethod]
    public void A_resource_that_was_disconnected_has_no_connection_to_show()
    {
        var state = Dump.Parse("", "n2", "exists resource name:data role:Secondary suspended:no\nexists device name:data volume:0 minor:0 disk:UpToDate\nexists -\n").Value["data"];

        Assert.AreEqual((true, false, "DUnknown", "Unknown"), (state.IsAlone, state.IsConnected, state.Volumes[0].PeerDisk, state.PeerRole));
    }

    [TestMethod]
    public void Quorum_of_the_newer_generation_is_read()
    {
        var state = Dump.Parse("", "n2", "exists resource name:data role:Secondary suspended:quorum may_promote:no promotion_score:0\nexists device name:data volume:0 minor:0 backing_dev:/dev/sda disk:UpToDate client:no quorum:no\nexists -\n").Value["data"];

        Assert.AreEqual((false, "quorum"), (state.Volumes[0].HasQuorum, state.Suspended));
    }

    [TestMethod]
    [DataRow("n2", true)]
    [DataRow("peer", true)]
    [DataRow("n3", false)]
    public void A_copy_that_was_made_anew_on_another_node_is_not_that_of_the_one_that_is_gone(string name, bool isOurs)
    {
        var state = Dump.Parse("", "n2", $"exists resource name:data role:Primary suspended:no\nexists connection name:data peer-node-id:2 conn-name:{name} connection:Connected role:Secondary\nexists device name:data volume:0 minor:0 disk:UpToDate\nexists peer-device name:data peer-node-id:2 conn-name:{name} volume:0 replication:Established peer-disk:UpToDate out-of-sync:0\nexists -\n").Value["data"];

        Assert.AreEqual((isOurs, isOurs), (state.IsMirrored, state.Odd is null), state.ToString());
    }

    [TestMethod]
    public void Frozen_is_told_among_other_reasons()
    {
        var state = Dump.Parse("", "n2", Whole.Replace("suspended:no", "suspended:user,fencing", StringComparison.Ordinal)).Value["data"];

        Assert.IsTrue(state.IsFrozen);
    }

    [TestMethod]
    [DataRow("exists -", "")]
    [DataRow("disk:UpToDate", "disk=UpToDate")]
    [DataRow("exists connection", "change connection")]
    [DataRow("exists -", "exists -\nexists resource name:late role:Primary suspended:no")]
    public void A_dump_with_a_line_that_is_not_understood_says_nothing_at_all(string part, string instead)
    {
        var read = Dump.Parse("", "n2", Whole.Replace(part, instead, StringComparison.Ordinal));

        Assert.AreEqual(Contract.FaultCode.Unparseable, read.Fault?.Code);
    }

    [TestMethod]
    [DataRow("role:Primary ", "")]
    [DataRow("suspended:no ", "")]
    [DataRow("minor:3", "minor:x")]
    [DataRow("replication:SyncSource ", "")]
    [DataRow("exists -", "exists connection name:data peer-node-id:2 conn-name:third connection:Connected role:Secondary\nexists -")]
    [DataRow("exists -", "exists device name:data volume:0 minor:4 disk:UpToDate\nexists -")]
    public void A_resource_that_contradicts_itself_is_nothing_that_may_be_acted_on(string part, string instead)
    {
        const string other = "exists resource name:other role:Secondary suspended:no\nexists device name:other volume:0 minor:8 disk:UpToDate\n";

        var states = Dump.Parse("", "n2", other + Whole.Replace(part, instead, StringComparison.Ordinal)).Value;

        Assert.IsTrue(states["data"].Odd is not null && !states["data"].IsMirrored, states["data"].ToString());
        Assert.IsNull(states["other"].Odd);
    }

    [TestMethod]
    public void No_text_makes_the_parser_fall_over_or_believe_in_a_mirror_that_was_not_told()
    {
        uint seed = 20_261_121;
        for (var round = 0; round < 20_000; round++)
        {
            var text = Whole.ToCharArray();
            for (var change = 0; change < 1 + (round % 5); change++)
            {
                seed = (seed * 1_664_525) + 1_013_904_223;
                text[(int)(seed >> 8) % text.Length] = " :-\n\0axU9"[(int)(seed % 9)];
            }

            // What was told is a copying: no change of single characters makes it "Established" and "UpToDate".
            var read = Dump.Parse("", "n2", new string(text));
            Assert.IsTrue(!read.IsOk || read.Value.Values.All(state => !state.IsMirrored), new string(text));
        }
    }
}
