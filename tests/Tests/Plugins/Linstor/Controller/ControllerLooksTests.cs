using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Controller;
using NodeAgent.Plugins.LinstorBackend.Controller.Seen;
using NodeAgent.Plugins.LinstorBackend.Controller.Wire;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.Linstor.Controller;

[TestClass]
public sealed class ControllerLooksTests
{
    [TestMethod]
    public async Task Everything_that_is_there_is_read_and_every_call_keeps_the_description()
    {
        await using var standIn = await StandInController.StartAsync();
        var resource = new StandInResource(standIn.World, "data");
        resource.Sizes[0] = 4096;
        resource.Nodes.AddRange(["n1", "n2"]);
        resource.Diskless["n3"] = "DISKLESS,DRBD_DISKLESS,TIE_BREAKER";
        resource.Snapshots.Add("before");
        resource.InUse.Add("n2");
        standIn.World.Resources["data"] = resource;
        using var link = Link(new Uri(standIn.Address));
        var looks = new ControllerLooks(link);

        Assert.AreEqual("1.33.1 (REST 1.27.0)", (await looks.VersionAsync("look", default)).Value);
        CollectionAssert.AreEqual(new[] { "n1", "n2" }, (await looks.NodesAsync("look", default)).Value.Where(node => node.IsOnline).Select(node => node.Name).ToArray());
        var pool = (await looks.PoolsAsync("look", default)).Value[1];
        Assert.AreEqual(("ssd", "n2", "LVM_THIN", 1L << 20, 2L << 20, true), (pool.Name, pool.Node, pool.Provider, pool.FreeKib, pool.TotalKib, pool.CanSnapshot));
        Assert.AreEqual(new SeenDevice("n2", "/dev/sdc", 107_374_182_400, false, "", "S1"), (await looks.DevicesAsync("look", default)).Value[1]);
        var group = (await looks.GroupsAsync("grp", "look", default)).Value.Single();
        Assert.AreEqual(("grp", 2L, "ssd"), (group.Name, group.PlaceCount, group.Pools.Single()));
        var definition = (await looks.DefinitionAsync("data", "look", default)).Value!;
        Assert.AreEqual(("data", "grp", "id-data", 4096L), (definition.Name, definition.Group, definition.Id, definition.Sizes[0]));
        Assert.IsNull((await looks.DefinitionAsync("other", "look", default)).Value);
        var copies = (await looks.ResourcesAsync(["data"], "look", default)).Value;
        Assert.AreEqual("n1:False:UpToDate n2:True:UpToDate n3:False:Diskless", string.Join(' ', copies.Select(copy => $"{copy.Node}:{copy.IsInUse}:{copy.Volumes[0].Disk}")));
        Assert.IsTrue(copies[2] is { IsDiskless: true, IsTieBreaker: true } && !copies[0].IsDiskless);
        var snapshot = (await looks.SnapshotsAsync("data", "look", default)).Value.Single();
        Assert.AreEqual(("before", true, "id-data-before/0", "n1,n2"), (snapshot.Name, snapshot.IsComplete, snapshot.Guids["0"], string.Join(',', snapshot.Nodes)));
        Assert.AreEqual(DateTimeOffset.FromUnixTimeMilliseconds(1_900_000_000_000), snapshot.TakenAt);
        Assert.IsEmpty((await looks.SnapshotsAsync("other", "look", default)).Value, "a resource that is not there has no snapshots");
        Assert.IsEmpty(standIn.Wrong, string.Join('\n', standIn.Wrong));
    }

    [TestMethod]
    [DataRow("[{\"name\":\"n1\"}]", "answer[0].type is missing")]
    [DataRow("[{\"name\":1,\"type\":\"SATELLITE\"}]", "answer[0].name must be a text")]
    [DataRow("[7]", "answer[0] must be an object")]
    [DataRow("{\"name\":\"n1\"}", "answer must be a list")]
    [DataRow("[{\"name\":\"n1\",\"type\":\"SATELLITE\",\"flags\":[1]}]", "answer[0].flags must be a list of texts")]
    [DataRow("[{\"name\":\"\\ud800\",\"type\":\"SATELLITE\"}]", "answer[0].name must be a text")]
    public async Task An_answer_that_is_not_understood_whole_is_none_and_the_field_is_named(string body, string wrong)
    {
        using var odd = new BrokenListener(BrokenListener.Http(200, body));
        using var link = Link(odd.Address);

        var nodes = await new ControllerLooks(link).NodesAsync("cannot look", default);

        Assert.AreEqual(FaultCode.Unparseable, nodes.Fault?.Code);
        Assert.Contains(wrong, nodes.Fault!.Why);
    }

    [TestMethod]
    public async Task Fields_that_are_null_or_unknown_are_nothing()
    {
        using var odd = new BrokenListener(BrokenListener.Http(200, """[{"name":"n1","type":"SATELLITE","connection_status":null,"flags":null,"new":{"a":[1]}}]"""));
        using var link = Link(odd.Address);

        var node = (await new ControllerLooks(link).NodesAsync("cannot look", default)).Value.Single();

        Assert.AreEqual(("n1", "", false), (node.Name, node.Connection, node.IsOnline));
    }

    internal static ControllerLink Link(params Uri[] controllers) => new(Options(controllers), new ManualTimeProvider());

    internal static ControllerOptions Options(params Uri[] controllers) => new([.. controllers], null, null, "grp", 2);
}
