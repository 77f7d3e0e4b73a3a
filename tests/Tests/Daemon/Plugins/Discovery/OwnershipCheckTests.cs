using NodeAgent.Daemon.Plugins.Discovery;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Plugins.Discovery;

[TestClass]
public sealed class OwnershipCheckTests
{
    private const UnixFileMode Tidy = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    [TestMethod]
    public void A_folder_that_only_its_owner_can_change_is_right()
    {
        using var folder = Tree();
        Assert.IsTrue(Check(folder).Passed);
    }

    [TestMethod]
    public void Another_owner_is_refused_and_named()
    {
        using var folder = Tree();
        var me = FileOwner.Read(folder.Path)!.Value;
        var verdict = OwnershipCheck.Check(folder["zfs/1.0.0"], folder.Path, owner: me + 1);
        Assert.IsFalse(verdict.Passed);
        Assert.Contains($"belongs to user {me}", verdict.Reason);
        Assert.Contains("chown", verdict.Remedy);
    }

    [TestMethod]
    [DataRow("zfs/1.0.0/a.dll", UnixFileMode.GroupWrite)]
    [DataRow("zfs/1.0.0/a.dll", UnixFileMode.OtherWrite)]
    [DataRow("zfs/1.0.0", UnixFileMode.OtherWrite)]
    [DataRow("zfs", UnixFileMode.GroupWrite)]
    [DataRow("", UnixFileMode.OtherWrite)]
    public void What_others_can_write_is_refused_up_to_the_root(string inner, UnixFileMode mode)
    {
        using var folder = Tree();
        var path = Path.TrimEndingDirectorySeparator(folder[inner]);
        File.SetUnixFileMode(path, Tidy | mode);
        var verdict = Check(folder);
        Assert.IsFalse(verdict.Passed);
        Assert.Contains(path, verdict.Reason);
        Assert.Contains("chmod", verdict.Remedy);
    }

    [TestMethod]
    public void A_link_out_of_the_root_is_refused()
    {
        using var folder = Tree();
        File.CreateSymbolicLink(folder["zfs/1.0.0/b.dll"], "/etc/hostname");
        Assert.Contains("outside", Check(folder).Reason);
    }

    [TestMethod]
    public void A_link_within_the_root_is_right()
    {
        using var folder = Tree();
        File.CreateSymbolicLink(folder["zfs/1.0.0/b.dll"], folder["zfs/1.0.0/a.dll"]);
        Assert.IsTrue(Check(folder).Passed);
    }

    private static NodeAgent.Daemon.Plugins.Loading.LoadVerdict Check(TempFolder folder) =>
        OwnershipCheck.Check(folder["zfs/1.0.0"], folder.Path, FileOwner.Read(folder.Path)!.Value);

    private static TempFolder Tree()
    {
        var folder = new TempFolder();
        Directory.CreateDirectory(folder["zfs"], Tidy);
        Directory.CreateDirectory(folder["zfs/1.0.0"], Tidy);
        File.WriteAllText(folder["zfs/1.0.0/a.dll"], "x");
        File.SetUnixFileMode(folder["zfs/1.0.0/a.dll"], Tidy);
        return folder;
    }
}
