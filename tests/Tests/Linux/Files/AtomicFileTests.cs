using NodeAgent.Contract;
using NodeAgent.Linux.Files;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Linux.Files;

[TestClass]
public sealed class AtomicFileTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void It_writes_and_replaces()
    {
        Assert.IsTrue(AtomicFile.Write(folder["a"], "one"u8).IsOk);
        Assert.IsTrue(AtomicFile.Write(folder["a"], "two"u8).IsOk);
        Assert.AreEqual("two", File.ReadAllText(folder["a"]));
        Assert.HasCount(1, Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    public void Only_the_owner_reads_it_unless_told_otherwise()
    {
        const UnixFileMode open = AtomicFile.OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        Assert.IsTrue(AtomicFile.Write(folder["secret"], "x"u8).IsOk);
        Assert.IsTrue(AtomicFile.Write(folder["public"], "x"u8, open).IsOk);
        Assert.AreEqual(AtomicFile.OwnerOnly, File.GetUnixFileMode(folder["secret"]));
        Assert.AreEqual(open, File.GetUnixFileMode(folder["public"]));
    }

    [TestMethod]
    public void Whoever_holds_the_old_file_keeps_its_content()
    {
        File.WriteAllText(folder["a"], "old");
        using var reader = File.OpenText(folder["a"]);
        Assert.IsTrue(AtomicFile.Write(folder["a"], "new"u8).IsOk);
        Assert.AreEqual("old", reader.ReadToEnd());
    }

    [TestMethod]
    public void A_link_is_replaced_and_its_target_left_alone()
    {
        File.WriteAllText(folder["target"], "precious");
        _ = File.CreateSymbolicLink(folder["link"], folder["target"]);
        Assert.IsTrue(AtomicFile.Write(folder["link"], "new"u8).IsOk);
        Assert.AreEqual("precious", File.ReadAllText(folder["target"]));
        Assert.AreEqual("new", File.ReadAllText(folder["link"]));
    }

    [TestMethod]
    public void A_missing_folder_is_not_found() =>
        Assert.AreEqual(FaultCode.NotFound, AtomicFile.Write(folder["no/file"], "x"u8).Fault?.Code);

    [TestMethod]
    public void What_cannot_be_replaced_leaves_no_temporary_file()
    {
        _ = Directory.CreateDirectory(folder["a/b"]);
        Assert.IsFalse(AtomicFile.Write(folder["a"], "x"u8).IsOk);
        Assert.HasCount(1, Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    public void A_full_disk_is_out_of_space()
    {
        if (!File.Exists("/dev/full"))
        {
            Assert.Inconclusive("no /dev/full");
        }

        // Writing through a descriptor of /dev/full is the only disk that is always full.
        using var full = NodeAgent.Linux.Native.Descriptor.Open("/dev/full", NodeAgent.Linux.Native.LibC.WriteOnly);
        var errno = NodeAgent.Linux.Native.Disk.WriteAll(full!, "x"u8);
        Assert.AreEqual(FaultCode.OutOfSpace, NodeAgent.Linux.Native.Errno.FileFault("cannot write", errno).Code);
    }

    [TestMethod]
    public void Leftovers_of_a_crash_are_removed_and_nothing_else()
    {
        File.WriteAllText(folder[".state.123-4.new~"], "half");
        File.WriteAllText(folder["state"], "whole");
        File.WriteAllText(folder[".hidden"], "whole");
        Assert.AreEqual(1, AtomicFile.RemoveLeftovers(folder.Path));
        CollectionAssert.AreEquivalent(
            new[] { folder["state"], folder[".hidden"] }, Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    public void Deleting_twice_is_fine()
    {
        File.WriteAllText(folder["a"], "x");
        Assert.IsTrue(AtomicFile.Delete(folder["a"]).IsOk);
        Assert.IsFalse(File.Exists(folder["a"]));
        Assert.IsTrue(AtomicFile.Delete(folder["a"]).IsOk);
    }

    [TestMethod]
    public void Many_writers_leave_one_whole_file()
    {
        var contents = Enumerable.Range(0, 50).Select(i => new string((char)('A' + i), 10_000)).ToList();
        Parallel.ForEach(contents, content =>
            Assert.IsTrue(AtomicFile.Write(folder["a"], System.Text.Encoding.ASCII.GetBytes(content)).IsOk));
        CollectionAssert.Contains(contents, File.ReadAllText(folder["a"]));
        Assert.HasCount(1, Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    public void A_lock_is_held_by_one_and_names_its_holder()
    {
        var first = FileLock.TryTake(folder["lock"]).Value;
        var fault = FileLock.TryTake(folder["lock"]).Fault;
        Assert.AreEqual(FaultCode.Busy, fault?.Code);
        Assert.AreEqual($"{Environment.ProcessId}", fault!.Facts["pid"]);
        first.Dispose();
        using var second = FileLock.TryTake(folder["lock"]).Value;
        Assert.AreEqual(AtomicFile.OwnerOnly, File.GetUnixFileMode(folder["lock"]));
    }

    [TestMethod]
    public void A_lock_in_a_missing_folder_is_not_found() =>
        Assert.AreEqual(FaultCode.NotFound, FileLock.TryTake(folder["no/lock"]).Fault?.Code);
}
