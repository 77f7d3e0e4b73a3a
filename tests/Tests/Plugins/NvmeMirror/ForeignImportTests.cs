using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Pools;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

[TestClass]
public sealed class ForeignImportTests
{
    [TestMethod]
    [DataRow("off", true)]
    [DataRow("on", false)]
    public async Task A_pool_whose_multihost_was_switched_off_is_named_where_it_is_imported(string multihost, bool isNamed)
    {
        using var rig = new MirrorRig();
        rig.Imported();
        rig.Commands.On("zpool get -H -o value multihost", multihost + "\n").On("zpool get -H -o value cachefile", "none\n");

        var health = await rig.Backend.ProbeAsync(default);

        Assert.AreEqual(isNamed, string.Join(' ', health.Value.Remarks).Contains("zpool set multihost=on tank", StringComparison.Ordinal));
        Assert.AreEqual(isNamed, health.Value.Level == HealthLevel.Failed);
    }

    [TestMethod]
    public async Task A_node_where_nobody_else_imports_has_nothing_to_say()
    {
        using var rig = Rig();
        Put(rig, "zfs/zpool.cache", "\0\0\0\u0005tank2\0\0\0\0\0\u0006mytank\0\0");
        Put(rig, "default/zfs", "# ZPOOL_IMPORT_ALL_VISIBLE='yes'\nZPOOL_IMPORT_ALL_VISIBLE='no'\nZFS_POOL_IMPORT=\"rpool\"\n");
        Put(rig, "systemd/system/zfs-import.target.wants/zfs-import-cache.service", "");
        Put(rig, "systemd/system/zfs-import.target.wants/zfs-import@tank2.service", "");
        Put(rig, "pve/storage.cfg", "dir: local\n\tpath /var/lib/vz\n\nzfspool: other\n\tpool tank2/vms\n");

        Assert.AreEqual((HealthLevel.Ok, ""), await LookAsync(rig));
    }

    [TestMethod]
    [DataRow(true, "zfs-import-cache.service would import it at the next boot")]
    [DataRow(false, "which is not enabled now")]
    public async Task A_stale_cachefile_is_named_with_the_unit_that_reads_it(bool isEnabled, string words)
    {
        using var rig = Rig();
        Put(rig, "zfs/zpool.cache", "\0\u0001\0\0\0\u0004tank\0\0\0\u0001");
        if (isEnabled)
        {
            Put(rig, "systemd/system/zfs-import.target.wants/zfs-import-cache.service", "");
        }

        var (level, remarks) = await LookAsync(rig);

        Assert.AreEqual(HealthLevel.Degraded, level);
        StringAssert.Contains(remarks, words);
    }

    [TestMethod]
    public async Task A_cachefile_of_a_pool_whose_length_looks_like_a_letter_is_seen_too()
    {
        using var rig = Rig();
        Put(rig, "zfs/zpool.cache", "xtank");
        Assert.AreEqual(HealthLevel.Ok, (await LookAsync(rig)).Level);
        Put(rig, "zfs/zpool.cache", "xtank\u0004tank");

        Assert.AreEqual(HealthLevel.Degraded, (await LookAsync(rig)).Level);
    }

    [TestMethod]
    [DataRow("zfs-import.target.wants/zfs-import-scan.service", "zfs-import-scan.service is enabled")]
    [DataRow("multi-user.target.requires/zfs-import-scan.service", "zfs-import-scan.service is enabled")]
    [DataRow("zfs-import.target.wants/zfs-import@tank.service", "zfs-import@tank.service is enabled")]
    public async Task A_boot_unit_that_imports_it_is_named_unless_it_is_masked(string link, string words)
    {
        using var rig = Rig();
        Put(rig, "systemd/system/" + link, "");

        StringAssert.Contains((await LookAsync(rig)).Remarks, words);

        File.CreateSymbolicLink(Path.Combine(rig.Places.Etc, "systemd/system", Path.GetFileName(link)), "/dev/null");
        Assert.AreEqual((HealthLevel.Ok, ""), await LookAsync(rig));
    }

    [TestMethod]
    [DataRow("ZPOOL_IMPORT_ALL_VISIBLE='yes'", "imports all visible pools")]
    [DataRow("ZFS_POOL_IMPORT=\"rpool tank\"", "take it out of ZFS_POOL_IMPORT")]
    public async Task What_the_initramfs_imports_is_named(string line, string words)
    {
        using var rig = Rig();
        Put(rig, "default/zfs", $"# comment\n{line}\n");

        StringAssert.Contains((await LookAsync(rig)).Remarks, words);
    }

    [TestMethod]
    [DataRow("", true)]
    [DataRow("\tnodes n1\n", true)]
    [DataRow("\tnodes n2,n1\n", true)]
    [DataRow("\tnodes n2\n", false)]
    [DataRow("\tnodes pve7\n", true)]
    [DataRow("\tdisable\n", false)]
    [DataRow("\tdisable 1\n", false)]
    [DataRow("\tdisable 0\n", true)]
    public async Task A_storage_of_Proxmox_counts_where_it_is_switched_on(string more, bool isTold)
    {
        using var rig = Rig();
        Put(rig, "pve/storage.cfg", $"dir: local\n\tpath /x\n\nzfspool: vms\n\tpool tank/vms\n\tcontent images\n{more}\nlvm: l\n\tvgname tank\n");

        var (_, remarks) = await LookAsync(rig);

        Assert.AreEqual(isTold, remarks.Contains("storage 'vms' on pool tank", StringComparison.Ordinal), remarks);
    }

    [TestMethod]
    [DataRow("n1", true, false)]
    [DataRow("n1,n2", true, true)]
    [DataRow("n1", false, true)]
    public async Task On_the_writer_alone_a_storage_does_what_is_done_already(string nodes, bool isImported, bool isTold)
    {
        using var rig = Rig();
        rig.Imported(isImported);
        rig.Commands.On("zpool get", "none\n");
        Put(rig, "pve/storage.cfg", $"zfspool: vms\n\tpool tank\n\tnodes {nodes}\n");

        Assert.AreEqual(isTold ? HealthLevel.Degraded : HealthLevel.Ok, (await LookAsync(rig)).Level);
    }

    [TestMethod]
    [DataRow("none", "")]
    [DataRow("-", "/etc/zfs/zpool.cache")]
    [DataRow("/etc/zfs/own.cache", "/etc/zfs/own.cache")]
    public async Task A_pool_that_notes_itself_somewhere_is_told_where_it_is_imported(string property, string place)
    {
        using var rig = Rig();
        rig.Commands.On("zpool get", property + "\n");
        Assert.AreEqual((HealthLevel.Ok, ""), await LookAsync(rig), "not imported: nobody to ask");
        rig.Imported();

        var (level, remarks) = await LookAsync(rig);

        Assert.AreEqual(place.Length == 0 ? HealthLevel.Ok : HealthLevel.Degraded, level);
        StringAssert.Contains(remarks, place);
    }

    [TestMethod]
    public void A_file_of_storages_is_read_section_by_section_and_odd_lines_do_no_harm()
    {
        var read = ProxmoxStorage.Read("\tpool lost\nzfspool: a\n\tpool tank\n# zfspool: c\n\nzfspool:\n\tpool tank\nzfspool: b\n\tblocksize 8k\n\tnodes x, y\n\tpool t2/sub\n".Split('\n'));

        Assert.AreEqual("a tank 0, b t2 2", string.Join(", ", read.Select(storage => $"{storage.Name} {storage.Pool} {storage.Nodes.Count}")));
    }

    private static MirrorRig Rig()
    {
        var rig = new MirrorRig();
        rig.HasHostId(0x0a0b0c01);
        return rig;
    }

    private static void Put(MirrorRig rig, string file, string text)
    {
        var path = Path.Combine(rig.Places.Etc, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static async Task<(HealthLevel Level, string Remarks)> LookAsync(MirrorRig rig)
    {
        var health = (await rig.Backend.ProbeAsync(default)).Value;
        return (health.Level, string.Join('\n', health.Remarks));
    }
}
