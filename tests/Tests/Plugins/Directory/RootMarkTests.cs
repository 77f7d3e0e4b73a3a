using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.DirectoryBackend;

[TestClass]
public sealed class RootMarkTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public async Task A_unit_in_a_folder_that_is_not_mounted_is_not_absent()
    {
        await MakeUnitAsync("n1");
        Directory.Move(folder["root"], folder["elsewhere"]);
        Directory.CreateDirectory(folder["root"]);
        await using var storage = Open("n1");
        var role = await storage.Ability<IRoles>()!.GetRoleAsync(DirectoryLab.Unit(), None);
        Assert.AreEqual(FaultCode.DataPathUnavailable, role.Fault!.Code, role.Fault.ToString());
        var made = await storage.Ability<IVolumes>()!.CreateAsync(Request(), DirectoryLab.Grant(), None);
        Assert.AreEqual(FaultCode.DataPathUnavailable, made.Fault!.Code);
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder["root"]), "nothing may be made below the mount point");
    }

    [TestMethod]
    public async Task The_folder_mounted_again_is_used_again()
    {
        await MakeUnitAsync("n1");
        await using var storage = Open("n1");
        Assert.AreEqual(Role.Writer, (await storage.Ability<IRoles>()!.GetRoleAsync(DirectoryLab.Unit(), None)).Value.Role);
    }

    [TestMethod]
    public async Task A_folder_of_another_node_is_refused()
    {
        await MakeUnitAsync("n1");
        Directory.Delete(folder["state"], recursive: true);
        await using var storage = Open("n2");
        var role = await storage.Ability<IRoles>()!.GetRoleAsync(DirectoryLab.Unit(), None);
        Assert.AreEqual(FaultCode.InUse, role.Fault!.Code);
        StringAssert.Contains(role.Fault.Why, "'n1'");
    }

    [TestMethod]
    public async Task An_agent_that_lost_its_state_knows_its_own_folder()
    {
        await MakeUnitAsync("n1");
        Directory.Delete(folder["state"], recursive: true);
        await using var storage = Open("n1");
        Assert.AreEqual(Role.Writer, (await storage.Ability<IRoles>()!.GetRoleAsync(DirectoryLab.Unit(), None)).Value.Role);
    }

    private static VolumeSpec Request() => new(DirectoryLab.Volume(), VolumeKind.Block, 4096);

    private async Task MakeUnitAsync(string node)
    {
        Directory.CreateDirectory(folder["root"]);
        await using var storage = Open(node);
        var made = await storage.Ability<IVolumes>()!.CreateAsync(Request(), DirectoryLab.Grant(node: node), None);
        Assert.IsTrue(made.IsOk);
    }

    private DirectoryStorage Open(string node) => new(
        folder["root"], DirectoryLab.Context(folder["root"], new NodeId(node), new BackendId("dir"), folder["state"]), null);
}
