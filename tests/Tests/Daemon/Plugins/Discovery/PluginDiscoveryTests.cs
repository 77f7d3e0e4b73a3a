using NodeAgent.Daemon.Plugins.Discovery;
using NodeAgent.Tests.Daemon.Plugins.Yard;

namespace NodeAgent.Tests.Daemon.Plugins.Discovery;

[TestClass]
public sealed class PluginDiscoveryTests
{
    [TestMethod]
    public void No_root_means_no_plugins() => Assert.IsEmpty(PluginDiscovery.Discover("/nonexistent"));

    [TestMethod]
    public void A_plain_folder_and_versions_side_by_side_are_found_newest_first()
    {
        using var yard = new PluginYard();
        Put(yard, "zfs", "", "1.2.0");
        Put(yard, "zfs", "1.10.0", "1.10.0");
        Put(yard, "zfs", "1.9.0", "1.9.0");
        var found = PluginDiscovery.Discover(yard.Root).Single();
        CollectionAssert.AreEqual(
            new[] { "1.10.0", "1.9.0", "1.2.0" }, found.Versions.Select(version => version.Manifest!.Version.ToString()).ToArray());
    }

    [TestMethod]
    public void Plugins_come_ordered_by_id()
    {
        using var yard = new PluginYard();
        Put(yard, "zfs", "1.0.0", "1.0.0");
        Put(yard, "ceph", "1.0.0", "1.0.0");
        CollectionAssert.AreEqual(new[] { "ceph", "zfs" }, PluginDiscovery.Discover(yard.Root).Select(plugin => plugin.Id).ToArray());
    }

    [TestMethod]
    public void A_half_copied_dotted_folder_is_not_looked_at()
    {
        using var yard = new PluginYard();
        Put(yard, "zfs", ".1.0.0-copying", "1.0.0");
        Put(yard, ".tmp", "1.0.0", "1.0.0");
        Assert.IsEmpty(PluginDiscovery.Discover(yard.Root));
    }

    [TestMethod]
    public void A_manifest_whose_id_is_not_its_folder_is_refused()
    {
        using var yard = new PluginYard();
        Put(yard, "zfs", "1.0.0", "1.0.0", id: "ceph");
        var version = PluginDiscovery.Discover(yard.Root).Single().Versions.Single();
        Assert.IsNull(version.Manifest);
        Assert.Contains("'ceph'", version.Verdicts[^1].Reason);
    }

    [TestMethod]
    public void A_manifest_whose_version_is_not_its_folder_is_refused()
    {
        using var yard = new PluginYard();
        Put(yard, "zfs", "1.0.0", "1.0.1");
        var version = PluginDiscovery.Discover(yard.Root).Single().Versions.Single();
        Assert.IsNull(version.Manifest);
        Assert.Contains("'1.0.1'", version.Verdicts[^1].Reason);
    }

    [TestMethod]
    public void A_broken_manifest_comes_last_and_keeps_its_problems()
    {
        using var yard = new PluginYard();
        var broken = Path.Combine(yard.Root, "zfs", "2.0.0");
        Directory.CreateDirectory(broken);
        File.WriteAllText(Path.Combine(broken, "nodeagent.plugin.json"), "{");
        Put(yard, "zfs", "1.0.0", "1.0.0");
        var versions = PluginDiscovery.Discover(yard.Root).Single().Versions;
        Assert.IsNotNull(versions[0].Manifest);
        Assert.IsFalse(versions[1].Verdicts.Single().Passed);
    }

    private static void Put(PluginYard yard, string folder, string inner, string version, string? id = null)
    {
        var path = Path.Combine(yard.Root, folder, inner);
        Directory.CreateDirectory(path);
        PluginYard.WriteManifest(path, id ?? folder, version);
    }
}
