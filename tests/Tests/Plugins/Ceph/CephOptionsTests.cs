using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend;
using NodeAgent.Plugins.CephBackend.Changes;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>What can be known without a cluster.</summary>
[TestClass]
public sealed class CephOptionsTests
{
    [TestMethod]
    public void All_wrong_options_are_told_at_once()
    {
        var made = new CephBackendFactory().Create(Context(new() { ["open"] = "magic", ["patience"] = "0", ["colour"] = "red" }));
        foreach (var word in new[] { "'pool' is missing", "'magic'", "'patience'", "'colour' is not known" })
        {
            StringAssert.Contains(made.Fault!.Why, word);
        }
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("other,another")]
    [DataRow("n,n")]
    public void Volumes_of_the_kernel_need_the_names_of_the_nodes(string? nodes)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal) { ["pool"] = "p", ["open"] = "kernel" };
        if (nodes is not null)
        {
            options["nodes"] = nodes;
        }

        StringAssert.Contains(new CephBackendFactory().Create(Context(options)).Fault!.Why, "'nodes'");
    }

    [TestMethod]
    public void Missing_libraries_are_named_with_their_packages()
    {
        Assert.IsNull(CephLibraries.Missing("cannot", _ => true));
        StringAssert.Contains(CephLibraries.Missing("cannot", _ => false)!.NextStep, "apt install librados2 librbd1");
        Assert.AreEqual("Install it: apt install librbd1.", CephLibraries.Missing("cannot", f => f != "librbd.so.1")!.NextStep);
    }

    [TestMethod]
    public async Task A_cluster_without_configuration_is_not_found()
    {
        await using var storage = new CephBackendFactory().Create(Context(new() { ["pool"] = "p", ["open"] = "kernel", ["nodes"] = "n,m", ["conf"] = "/nowhere" })).Value;
        var probed = await storage.ProbeAsync(CancellationToken.None);
        Assert.IsFalse(probed.IsOk, "a cluster without configuration was found");
        Assert.AreEqual(FenceStrength.StorageExcludes, storage.Describe().Fence);
    }

    [TestMethod]
    [DataRow("127.0.0.1:0/3230", "127.0.0.1:0/3230")]
    [DataRow("v1:10.0.0.7:0/99", "10.0.0.7:0/99")]
    [DataRow("[v2:10.0.0.7:0/99,v1:10.0.0.7:0/99]", "10.0.0.7:0/99")]
    [DataRow("v2:[fd00::7]:0/12", "[fd00::7]:0/12")]
    [DataRow("-", "")]
    public void Addresses_are_written_as_the_blocklist_takes_them(string told, string normal) => Assert.AreEqual(normal, Addresses.Normal(told));

    [TestMethod]
    public void Extents_are_sorted_clamped_and_merged_and_zero_only_where_all_say_so()
    {
        Extent[] told = [new(100, 50, false), new(0, 10, true), new(10, 10, true), new(140, 100, true), new(500, 10, false)];
        CollectionAssert.AreEqual(
            new[] { new Extent(0, 20, true), new Extent(100, 100, false) }, ExtentList.Normal(told, 200).ToArray());
    }

    private static BackendContext Context(Dictionary<string, string> options) =>
        new(new BackendId("c"), new NodeId("n"), options, "/nowhere", null!, TimeProvider.System, null!);
}
