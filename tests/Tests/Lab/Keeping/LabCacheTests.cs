using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Keeping;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Lab.Keeping;

/// <summary>A cache as labs leave it: images, golden states on them, prepared states on those, run folders of labs.</summary>
[TestClass]
public sealed class LabCacheTests : IDisposable
{
    private static readonly PrunePolicy Everything = new(0, TimeSpan.Zero);
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void What_nobody_uses_goes_with_all_that_stands_on_it()
    {
        var cache = Cache();

        cache.Prune(Everything);

        Assert.AreEqual("", Left());
        Assert.IsFalse(Directory.Exists(folder["trash"]));
    }

    [TestMethod]
    public void A_state_that_a_claimed_lab_has_its_disks_on_stays_with_all_below()
    {
        var cache = Cache();
        Disk(folder["run/lab/n1/root.qcow2"], folder["golden/img1-f-cluster-a/n1.qcow2"]);

        using (Exclusive.TryTake(folder["run/lab/lock"]))
        {
            Assert.IsFalse(cache.IsFree(folder["golden/img1-f-cluster-a"]));
            cache.Prune(Everything);
        }

        Assert.AreEqual("img1 img1-f img1-f-cluster-a", Left());
        cache.Prune(Everything);
        Assert.AreEqual("", Left(), "nobody claims the lab any more: it begins with fresh disks");
    }

    [TestMethod]
    public void A_lab_that_was_left_running_keeps_what_it_runs_on()
    {
        var cache = Cache();
        Disk(folder["run/kept/n2/root.qcow2"], folder["golden/img1-f/n1.qcow2"]);
        File.WriteAllText(folder["run/kept/n2/pid"], Environment.ProcessId.ToString(CultureInfo.InvariantCulture));

        cache.Prune(Everything);

        Assert.AreEqual("img1 img1-f", Left());
    }

    [TestMethod]
    public void A_state_that_another_stands_on_is_not_free()
    {
        var cache = Cache();

        Assert.IsFalse(cache.IsFree(folder["golden/img1-f-cluster-a"]), "the failover state stands on it");
        Assert.IsTrue(cache.IsFree(folder["golden/img1-f-failover12-b"]));
    }

    [TestMethod]
    public void What_nodes_were_just_started_from_stays()
    {
        var cache = Cache();
        LabCache.NoteUse(folder["golden/img1-f"]);

        cache.Prune(Everything);

        Assert.AreEqual("img1 img1-f", Left());
    }

    [TestMethod]
    public void What_a_killed_build_left_goes_unless_one_builds()
    {
        var cache = Cache();
        Directory.CreateDirectory(folder["work/hash-1/root"]);
        using (Exclusive.TryTake(folder["build.lock"]))
        {
            cache.Prune(PrunePolicy.Usual);
            Assert.IsTrue(Directory.Exists(folder["work/hash-1"]));
        }

        cache.Prune(PrunePolicy.Usual);
        Assert.IsFalse(Directory.Exists(folder["work/hash-1"]));
    }

    [TestMethod]
    public void Only_one_cleans_at_a_time()
    {
        var cache = Cache();
        using var other = Exclusive.TryTake(folder["prune.lock"]);

        Assert.AreEqual(0, cache.Prune(Everything));

        Assert.AreNotEqual("", Left());
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("no disk at all, but long enough for a header")]
    public void What_is_no_disk_of_this_format_stands_on_nothing(string content)
    {
        File.WriteAllText(folder["disk"], content);

        Assert.IsNull(DiskFile.BackingOf(folder["disk"]));
        Assert.IsNull(DiskFile.BackingOf(folder["not-there"]));
    }

    private LabCache Cache()
    {
        var folders = new LabFolders(cache: folder.Path);
        State("images/img1", "base.ext4", null);
        State("golden/img1-f", "n1.qcow2", folder["images/img1/base.ext4"]);
        State("golden/img1-f-cluster-a", "n1.qcow2", folder["golden/img1-f/n1.qcow2"]);
        State("golden/img1-f-failover12-b", "n1.qcow2", folder["golden/img1-f-cluster-a/n1.qcow2"]);
        return new LabCache(folders);
    }

    private void State(string name, string disk, string? backing)
    {
        Disk(folder[$"{name}/{disk}"], backing);
        File.WriteAllText(folder[$"{name}/n1.done"], "");
        File.SetLastWriteTimeUtc(folder[$"{name}/n1.done"], DateTime.UtcNow.AddDays(-9));
    }

    private static void Disk(string file, string? backing)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var name = Encoding.UTF8.GetBytes(backing ?? "");
        var header = new byte[104 + name.Length];
        BinaryPrimitives.WriteUInt32BigEndian(header, 0x514649FB);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), 3);
        BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(8), backing is null ? 0UL : 104UL);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(16), (uint)name.Length);
        name.CopyTo(header, 104);
        File.WriteAllBytes(file, header);
    }

    private string Left() => string.Join(' ', new[] { "images", "golden" }.Select(part => folder[part]).Where(Directory.Exists).SelectMany(Directory.GetDirectories).Select(Path.GetFileName).Order(StringComparer.Ordinal));
}
