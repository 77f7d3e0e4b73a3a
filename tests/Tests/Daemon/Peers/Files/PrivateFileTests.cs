using NodeAgent.Daemon.Peers.Files;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Peers.Files;

[TestClass]
public sealed class PrivateFileTests
{
    private const UnixFileMode Mode0600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [TestMethod]
    public void A_file_is_readable_by_its_owner_only()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "secret");
        PrivateFile.Replace(path, "one"u8);
        Assert.AreEqual(Mode0600, File.GetUnixFileMode(path));
        Assert.IsFalse(PrivateFile.IsReadableByOthers(path));
    }

    [TestMethod]
    public void A_folder_is_made_private_even_if_it_was_open_before()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "cluster");
        Directory.CreateDirectory(path, Mode0600 | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        PrivateFile.MakeFolder(path);
        Assert.AreEqual(Mode0600 | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
    }

    [TestMethod]
    public void Replacing_leaves_the_new_content_and_no_temporary_file()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "secret");
        PrivateFile.Replace(path, "one, which is longer"u8);
        PrivateFile.Replace(path, "two"u8);
        Assert.AreEqual("two", File.ReadAllText(path));
        Assert.HasCount(1, Directory.GetFiles(folder.Path));
    }

    [TestMethod]
    public void A_leftover_of_a_crash_neither_harms_the_file_nor_lends_its_mode()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "secret");
        PrivateFile.Replace(path, "old"u8);
        File.WriteAllText(path + PrivateFile.LeftoverSuffix, "half a wri");
        File.SetUnixFileMode(path + PrivateFile.LeftoverSuffix, Mode0600 | UnixFileMode.OtherRead);
        Assert.AreEqual("old", File.ReadAllText(path));
        PrivateFile.Replace(path, "new"u8);
        Assert.AreEqual("new", File.ReadAllText(path));
        Assert.AreEqual(Mode0600, File.GetUnixFileMode(path));
    }

    [TestMethod]
    public void Leftovers_are_swept_and_nothing_else()
    {
        using var folder = new TempFolder();
        File.WriteAllText(Path.Combine(folder.Path, "a" + PrivateFile.LeftoverSuffix), "x");
        File.WriteAllText(Path.Combine(folder.Path, "a"), "y");
        PrivateFile.SweepLeftovers(folder.Path);
        CollectionAssert.AreEqual(new[] { Path.Combine(folder.Path, "a") }, Directory.GetFiles(folder.Path));
    }
}
