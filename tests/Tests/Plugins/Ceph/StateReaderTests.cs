using System.Globalization;
using System.Text.Json.Nodes;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Health;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>What is known of a cluster whose manager, or some of whose monitors, do not answer.</summary>
[TestClass]
public sealed class StateReaderTests
{
    private const string Status = """
        {"health":{"status":"HEALTH_WARN","checks":{"MGR_DOWN":{"summary":{"message":"no active mgr","count":0}}}},
         "monmap":{"num_mons":3,"min_mon_release_name":"pacific"},"quorum_names":["m1","m2","m3"],"mgrmap":{"available":true},
         "pgmap":{"pgs_by_state":[{"state_name":"active+clean","count":24}],"bytes_total":3000,"bytes_used":300}}
        """;

    private const string Map = """
        {"osds":[{"osd":0,"up":0,"in":1},{"osd":1,"up":1,"in":1},{"osd":2,"up":1,"in":1}],
         "pools":[{"pool_name":"hot","type":1,"size":3,"min_size":2,"crush_rule":0,"flags_names":"hashpspool","erasure_code_profile":""}],
         "nearfull_ratio":0.85,"full_ratio":0.95,"blocklist":{}}
        """;

    private const string Tree = """
        {"nodes":[{"id":-3,"type":"host","name":"node1","children":[0]},{"id":-4,"type":"host","name":"node2","children":[1]},
         {"id":-5,"type":"host","name":"node3","children":[2]},{"id":0,"type":"osd"},{"id":1,"type":"osd"},{"id":2,"type":"osd"}]}
        """;

    private const string Figures = """
        {"nodes":[{"id":-3,"type":"host","name":"node1","children":[0]},{"id":-4,"type":"host","name":"node2","children":[1]},
         {"id":-5,"type":"host","name":"node3","children":[2]},{"id":0,"type":"osd","kb":1000,"kb_used":100},
         {"id":1,"type":"osd","kb":1000,"kb_used":100},{"id":2,"type":"osd","kb":1000,"kb_used":100}]}
        """;

    private const string Room = """{"pools":[{"name":"hot","stats":{"stored":100,"max_avail":900}}]}""";

    private const string Rules = """[{"rule_id":0,"rule_name":"replicated_rule","steps":[{"op":"take","item":-1},{"op":"chooseleaf_firstn","num":0,"type":"host"},{"op":"emit"}]}]""";

    private readonly Dictionary<string, Outcome<JsonNode?>> answers = new(StringComparer.Ordinal)
    {
        ["quorum_status"] = new(JsonNode.Parse("{}")), ["status"] = new(JsonNode.Parse(Status)), ["osd dump"] = new(JsonNode.Parse(Map)),
        ["osd df"] = new(JsonNode.Parse(Figures)), ["osd tree"] = new(JsonNode.Parse(Tree)), ["df"] = new(JsonNode.Parse(Room)),
        ["osd crush rule dump"] = new(JsonNode.Parse(Rules)),
    };

    private readonly List<string> asked = [];

    [TestMethod]
    public void A_manager_that_answers_tells_how_full_the_disks_are()
    {
        var state = Read().Value;
        Assert.IsTrue(state is { HasManager: true, Osds.Count: 3 } && state.Osds.All(o => o is { Bytes: 1024000, UsedBytes: 102400 }));
        Assert.AreEqual(new PoolState("hot", 3, 2, 1, IsErasure: false, IsFull: false, 100, 900) { PerHost = 1 }, state.Pools.Single());
        CollectionAssert.AreEqual(new[] { "quorum_status", "status", "osd dump", "osd df", "df", "osd crush rule dump" }, asked);
    }

    [TestMethod]
    [DataRow(Errno.TimedOut)]
    [DataRow(11)]
    [DataRow(107)]
    public void While_the_manager_is_silent_the_map_is_still_told(int error)
    {
        answers["osd df"] = CephFaults.From(-error, "cannot", "osd df");
        var read = Read();
        Assert.IsTrue(read.IsOk, $"{read.Fault}");
        var state = read.Value;
        Assert.IsTrue(state is { HasQuorum: true, HasManager: false, Pools.Count: 1 });
        CollectionAssert.AreEqual(new[] { "0 node1 False", "1 node2 True", "2 node3 True" }, state.Osds.Select(o => string.Create(CultureInfo.InvariantCulture, $"{o.Id} {o.Host} {o.IsUp}")).ToArray());
        Assert.IsTrue(state.Osds.All(o => o is { Bytes: null, UsedBytes: null }));
        var health = HealthJudge.Judge(state, ["hot"]);
        Assert.AreEqual(HealthLevel.Degraded, health.Level);
        StringAssert.Contains(string.Join('\n', health.Remarks), "No manager is active, or it does not answer");
        StringAssert.Contains(string.Join('\n', health.Remarks), "How full the disks are nobody tells");
        StringAssert.Contains(string.Join('\n', health.Remarks), "Down: osd.0 on node1");
        Assert.DoesNotContain("could not be rebuilt", string.Join('\n', health.Remarks));
    }

    [TestMethod]
    public void A_manager_that_the_monitors_do_not_have_is_not_asked()
    {
        answers["status"] = new(JsonNode.Parse(Status.Replace("\"available\":true", "\"available\":false", StringComparison.Ordinal)));
        Assert.IsFalse(Read().Value.HasManager);
        CollectionAssert.AreEqual(new[] { "quorum_status", "status", "osd dump", "osd tree", "df", "osd crush rule dump" }, asked);
    }

    [TestMethod]
    public void A_pool_of_which_nobody_tells_the_room_has_no_size()
    {
        answers["df"] = Late("df");
        var state = Read().Value;
        Assert.IsTrue(state.HasManager);
        Assert.IsTrue(state.Pools.Single() is { StoredBytes: null, AvailableBytes: null });
    }

    [TestMethod]
    [DataRow("osd dump")]
    [DataRow("status")]
    public void Monitors_that_are_silent_leave_nothing_to_tell(string command)
    {
        answers[command] = Late(command);
        StringAssert.Contains(Read().Fault!.Native, command);
    }

    [TestMethod]
    public void Nobody_who_tells_which_disk_is_where_leaves_nothing_to_tell()
    {
        (answers["osd df"], answers["osd tree"]) = (Late("osd df"), Late("osd tree"));
        StringAssert.Contains(Read().Fault!.Native, "osd tree");
    }

    [TestMethod]
    [DataRow("osd df")]
    [DataRow("df")]
    [DataRow("osd crush rule dump")]
    public void A_right_that_is_missing_is_told_as_that(string command)
    {
        answers[command] = CephFaults.From(-Errno.Access, "cannot");
        Assert.AreEqual(FaultCode.PermissionDenied, Read().Fault!.Code);
    }

    [TestMethod]
    public void With_everything_silent_that_may_be_no_more_is_asked_than_the_deadline_was_made_for()
    {
        (answers["osd df"], answers["df"], answers["osd crush rule dump"]) = (Late("osd df"), Late("df"), Late("osd crush rule dump"));
        Assert.IsNull(Read().Value.Pools.Single().PerHost);
        asked.Clear();
        Assert.IsTrue(Read().IsOk);
        Assert.HasCount(StateReader.Commands, asked);
    }

    [TestMethod]
    public void What_is_not_known_of_disks_is_neither_room_nor_a_lack_of_it()
    {
        answers["osd df"] = Late("osd df");
        var state = Read().Value with { Osds = [.. Read().Value.Osds.Append(new OsdState(3, "node4", IsUp: true, IsIn: true, IsSilent: false, null, null))] };
        Assert.IsNull(Reserve.Of(state));
        var matrix = FailureMatrix.Of(state with { Osds = [.. state.Osds.Select(o => o with { IsUp = true })] });
        StringAssert.Contains(matrix.Single(c => c.Name == "one node").ByItself, "not known");
        StringAssert.Contains(matrix.Single(c => c.Name == "a full disk").Impact, "how full the fullest is, nobody tells");
    }

    private static Fault Late(string command) => CephFaults.From(-Errno.TimedOut, "cannot", command);

    private Outcome<ClusterState> Read() => StateReader.Read(
        command =>
        {
            asked.Add((string)command["prefix"]!);
            return answers[asked[^1]];
        },
        new HashSet<int>(), "cannot look at the cluster");
}
