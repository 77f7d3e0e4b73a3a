using System.Runtime.InteropServices;
using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.DirectoryBackend;

/// <summary>A real, small file system that is full.</summary>
[TestClass]
public sealed partial class DirectoryFullTests : IDisposable
{
    private const int Room = 4 * 1024 * 1024;
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TempFolder folder = new();
    private bool mounted;

    [TestInitialize]
    public void Mount_a_small_file_system()
    {
        mounted = Mount("tmpfs", folder.Path, "tmpfs", 0, $"size={Room}") == 0;
        if (!mounted)
        {
            Assert.Inconclusive("mounting needs root");
        }
    }

    public void Dispose()
    {
        if (mounted)
        {
            _ = Unmount(folder.Path, 2);
        }

        folder.Dispose();
    }

    [TestMethod]
    public async Task A_snapshot_without_room_is_OutOfSpace_and_leaves_nothing()
    {
        await using var storage = DirectoryLab.Open(folder.Path);
        var path = await FilledAsync(storage, 3_000_000);
        var refused = await storage.Ability<ISnapshots>()!.CreateAsync(DirectoryLab.Snapshot("s1"), DirectoryLab.Grant(), None);
        Assert.AreEqual(FaultCode.OutOfSpace, refused.Fault!.Code, refused.Fault.ToString());
        Assert.IsEmpty((await storage.Ability<ISnapshots>()!.ListAsync(DirectoryLab.Unit(), None)).Value);
        Assert.IsFalse(Directory.Exists(folder["unit/snapshots/s1"]));
        Assert.AreEqual(3_000_000, (await File.ReadAllBytesAsync(path)).Count(b => b == 7));
    }

    [TestMethod]
    public async Task A_clone_without_room_is_OutOfSpace_and_is_no_unit()
    {
        await using var storage = DirectoryLab.Open(folder.Path);
        await FilledAsync(storage, 1_500_000);
        Assert.IsTrue((await storage.Ability<ISnapshots>()!.CreateAsync(DirectoryLab.Snapshot("s1"), DirectoryLab.Grant(), None)).IsOk);
        var refused = await storage.Ability<ISnapshots>()!.CloneAsync(
            DirectoryLab.Snapshot("s1"), DirectoryLab.Unit("clone"), DirectoryLab.Grant(unit: "clone"), None);
        Assert.AreEqual(FaultCode.OutOfSpace, refused.Fault!.Code);
        var role = await storage.Ability<IRoles>()!.GetRoleAsync(DirectoryLab.Unit("clone"), None);
        Assert.AreEqual(Role.Absent, role.Value.Role);
    }

    [TestMethod]
    public async Task A_receive_without_room_is_OutOfSpace_and_makes_no_snapshot()
    {
        using var source = new TempFolder();
        await using var writer = DirectoryLab.Open(source.Path);
        await FilledAsync(writer, 8_000_000);
        Assert.IsTrue((await writer.Ability<ISnapshots>()!.CreateAsync(DirectoryLab.Snapshot("s1"), DirectoryLab.Grant(), None)).IsOk);
        await using var copy = DirectoryLab.Open(folder.Path, "n2");
        var refused = await DirectoryTransfer.TryAsync(writer, copy, null, "s1");
        Assert.AreEqual(FaultCode.OutOfSpace, refused.Fault!.Code, refused.Fault.ToString());
        Assert.IsEmpty((await copy.Ability<ISnapshots>()!.ListAsync(DirectoryLab.Unit(), None)).Value);
        Assert.IsTrue((await copy.Ability<IReplicationStreams>()!.DiscardPartialAsync(DirectoryLab.Volume(), None)).IsOk);
        Assert.IsFalse(File.Exists(folder["unit/partial/data.part"]));
    }

    [TestMethod]
    public async Task On_a_full_disk_the_record_stays_whole()
    {
        await using var storage = DirectoryLab.Open(folder.Path);
        await FilledAsync(storage, 1_500_000);
        Assert.IsTrue((await storage.Ability<ISnapshots>()!.CreateAsync(DirectoryLab.Snapshot("s1"), DirectoryLab.Grant(), None)).IsOk);
        await using (var ballast = File.Create(folder["ballast"]))
        {
            var block = new byte[4096];
            await Assert.ThrowsAsync<IOException>(async () =>
            {
                while (true)
                {
                    await ballast.WriteAsync(block);
                    await ballast.FlushAsync();
                }
            });
        }

        // The record cannot be rewritten now: an honest refusal, and the record is whole.
        var refused = await storage.Ability<ISnapshots>()!.HoldAsync(DirectoryLab.Snapshot("s1"), "t", None);
        Assert.AreEqual(FaultCode.OutOfSpace, refused.Fault!.Code);
        Assert.HasCount(1, (await storage.Ability<ISnapshots>()!.ListAsync(DirectoryLab.Unit(), None)).Value);
        File.Delete(folder["ballast"]);
        Assert.IsTrue((await storage.Ability<ISnapshots>()!.DeleteAsync(DirectoryLab.Unit(), ["s1"], None)).IsOk);
    }

    private static async Task<string> FilledAsync(DirectoryStorage storage, int bytes)
    {
        var made = await storage.Ability<IVolumes>()!.CreateAsync(
            new VolumeSpec(DirectoryLab.Volume(), VolumeKind.Block, 10_000_000), DirectoryLab.Grant(), None);
        Assert.IsTrue(made.IsOk, made.Fault?.ToString());
        var content = new byte[bytes];
        content.AsSpan().Fill(7);
        await using var file = new FileStream(made.Value.Path!, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        await file.WriteAsync(content);
        return made.Value.Path!;
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "mount", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, nuint flags, string options);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "umount2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);
}
