using NodeAgent.Plugins.ZfsBackend;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.Zfs;

[TestClass]
public sealed class MountFoldersTests
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OthersPass = UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    [TestMethod]
    public void Folders_that_a_mount_made_let_others_pass_and_those_that_were_there_stay_as_they_are()
    {
        using var folder = new TempFolder();
        var was = Path.Combine(folder.Path, "was");
        Directory.CreateDirectory(was, Private);
        var mountpoint = Path.Combine(was, "tank", "db", "data");

        var missing = MountFolders.MissingAbove(mountpoint);
        Directory.CreateDirectory(mountpoint, Private);
        MountFolders.LetPass(missing);

        Assert.AreEqual(OthersPass, File.GetUnixFileMode(Path.Combine(was, "tank", "db")) & OthersPass);
        Assert.AreEqual(OthersPass, File.GetUnixFileMode(Path.Combine(was, "tank")) & OthersPass);
        Assert.AreEqual(Private, File.GetUnixFileMode(was));
        Assert.AreEqual(Private, File.GetUnixFileMode(mountpoint), "what is in the volume has a mode of its own");
    }

    [TestMethod]
    public void A_mount_that_made_nothing_changes_nothing()
    {
        using var folder = new TempFolder();
        MountFolders.LetPass(MountFolders.MissingAbove(Path.Combine(folder.Path, "tank", "data")));
        Assert.IsFalse(Directory.Exists(Path.Combine(folder.Path, "tank")));
    }
}
