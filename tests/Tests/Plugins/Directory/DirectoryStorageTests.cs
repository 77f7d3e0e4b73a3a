using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend;
using NodeAgent.Plugins.DirectoryBackend.Files;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.DirectoryBackend;

[TestClass]
public sealed class DirectoryStorageTests
{
    private const long Size = 64L * 1024 * 1024;
    private static readonly CancellationToken None = CancellationToken.None;

    [TestMethod]
    [DataRow("")]
    [DataRow("relative/path")]
    [DataRow("/")]
    [DataRow("/a\0b")]
    public void A_wrong_path_is_refused_with_its_option_named(string path)
    {
        using var folder = new TempFolder();
        var context = DirectoryLab.Context(path, new NodeId("n1"), new BackendId("dir"), folder.Path);
        var made = new DirectoryBackendFactory().Create(context);
        Assert.AreEqual(FaultCode.InvalidArgument, made.Fault!.Code);
        Assert.Contains("'path'", made.Fault.Why);
    }

    [TestMethod]
    public async Task A_new_volume_takes_no_space()
    {
        using var folder = new TempFolder();
        await using var storage = DirectoryLab.Open(folder.Path);
        var volume = await CreateAsync(storage);
        Assert.AreEqual(0, volume.UsedBytes);
        Assert.AreEqual(Size, volume.Bytes);
    }

    [TestMethod]
    public async Task A_snapshot_of_a_sparse_volume_is_sparse()
    {
        using var folder = new TempFolder();
        await using var storage = DirectoryLab.Open(folder.Path);
        var volume = await CreateAsync(storage);
        await WriteAsync(volume.Path!, 10_000_000, "here");
        await SnapAsync(storage, "s1");
        var used = (await storage.Ability<IVolumes>()!.GetAsync(DirectoryLab.Volume(), None)).Value.UsedBytes;
        Assert.IsLessThan(2_000_000, used!.Value);
    }

    [TestMethod]
    public async Task A_copys_files_are_read_only_and_not_where_services_look()
    {
        using var folder = new TempFolder();
        await using var storage = DirectoryLab.Open(folder.Path);
        var volume = await CreateAsync(storage);
        await SnapAsync(storage, "s1");
        await storage.Ability<IRoles>()!.DemoteAsync(DirectoryLab.Unit(), null, None);
        Assert.IsFalse(File.Exists(volume.Path));
        Assert.AreEqual(Disk.ReadOnly, File.GetUnixFileMode(folder["unit/closed/data"]));
        Assert.AreEqual(Disk.ReadOnly, File.GetUnixFileMode(folder["unit/snapshots/s1/data"]));
        Assert.IsNull((await storage.Ability<IVolumes>()!.GetAsync(DirectoryLab.Volume(), None)).Value.Path);
        await storage.Ability<IRoles>()!.PromoteAsync(DirectoryLab.Grant(2), null, None);
        Assert.AreEqual(Disk.Writable, File.GetUnixFileMode(volume.Path!));
    }

    [TestMethod]
    public async Task A_unit_whose_record_cannot_be_read_hides_nothing_that_is_kept()
    {
        using var folder = new TempFolder();
        await using var storage = DirectoryLab.Open(folder.Path);
        await WriteAsync((await CreateAsync(storage)).Path!, 0, "here");
        await SnapAsync(storage, "s1");
        await storage.Ability<IRoles>()!.DemoteAsync(DirectoryLab.Unit(), null, None);
        var rejoin = storage.Ability<IRejoin>()!;
        Assert.IsTrue((await rejoin.RejoinAsync(DirectoryLab.Unit(), null, "kept", None)).IsOk);
        Directory.CreateDirectory(folder["broken"]);
        await File.WriteAllTextAsync(folder["broken/unit.json"], "{");

        var listed = (await rejoin.ListKeptAsync(None)).Value;

        Assert.AreEqual("kept", listed.Found.Single().Unit.Name);
        Assert.Contains("broken", listed.Unread.Single().ToString());
    }

    [TestMethod]
    public async Task Demotion_names_the_process_that_has_it_open()
    {
        using var folder = new TempFolder();
        await using var storage = DirectoryLab.Open(folder.Path);
        var volume = await CreateAsync(storage);
        await using var open = new FileStream(volume.Path!, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        var refused = await storage.Ability<IRoles>()!.DemoteAsync(DirectoryLab.Unit(), null, None);
        Assert.AreEqual(FaultCode.InUse, refused.Fault!.Code);
        Assert.Contains($"({Environment.ProcessId})", refused.Fault.Facts["users"]);
        Assert.IsTrue(File.Exists(volume.Path));
    }

    [TestMethod]
    public async Task A_reader_does_not_stand_in_the_way_of_demotion()
    {
        using var folder = new TempFolder();
        await using var storage = DirectoryLab.Open(folder.Path);
        var volume = await CreateAsync(storage);
        await using var open = new FileStream(volume.Path!, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Assert.IsTrue((await storage.Ability<IRoles>()!.DemoteAsync(DirectoryLab.Unit(), null, None)).IsOk);
    }

    [TestMethod]
    public async Task A_second_agent_over_one_path_cannot_become_the_writer()
    {
        using var folder = new TempFolder();
        await using var first = DirectoryLab.Open(folder.Path);
        await CreateAsync(first);
        await using (var second = DirectoryLab.Open(folder.Path))
        {
            var refused = await second.Ability<IRoles>()!.PromoteAsync(DirectoryLab.Grant(2), null, None);
            Assert.AreEqual(FaultCode.InUse, refused.Fault!.Code);
        }

        await first.DisposeAsync();
        await using var third = DirectoryLab.Open(folder.Path);
        Assert.IsTrue((await third.Ability<IRoles>()!.PromoteAsync(DirectoryLab.Grant(2), null, None)).IsOk);
    }

    [TestMethod]
    public async Task A_file_that_its_service_locked_can_be_snapshotted_and_grown()
    {
        using var folder = new TempFolder();
        await using var storage = DirectoryLab.Open(folder.Path);
        var volume = await CreateAsync(storage);
        await using var locked = new FileStream(volume.Path!, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        await SnapAsync(storage, "s1");
        Assert.IsTrue((await storage.Ability<IVolumes>()!.ExpandAsync(DirectoryLab.Volume(), 2 * Size, DirectoryLab.Grant(), None)).IsOk);
    }

    [TestMethod]
    public async Task A_grant_of_another_node_is_refused()
    {
        using var folder = new TempFolder();
        await using var storage = DirectoryLab.Open(folder.Path);
        await CreateAsync(storage);
        var refused = await storage.Ability<IRoles>()!.PromoteAsync(DirectoryLab.Grant(2, node: "n2"), null, None);
        Assert.AreEqual(FaultCode.NotWriter, refused.Fault!.Code);
    }

    [TestMethod]
    public async Task An_epoch_that_came_with_a_stream_cannot_be_used_here()
    {
        using var folder = new TempFolder();
        using var other = new TempFolder();
        await using var writer = DirectoryLab.Open(folder.Path);
        await using var copy = DirectoryLab.Open(other.Path, "n2");
        await CreateAsync(writer);
        await SnapAsync(writer, "s1");
        await DirectoryTransfer.RunAsync(writer, copy, null, "s1");
        var same = await copy.Ability<IRoles>()!.PromoteAsync(DirectoryLab.Grant(1, "n2"), null, None);
        Assert.AreEqual(FaultCode.StaleEpoch, same.Fault!.Code);
        Assert.IsTrue((await copy.Ability<IRoles>()!.PromoteAsync(DirectoryLab.Grant(2, "n2"), null, None)).IsOk);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("{")]
    [DataRow("null")]
    [DataRow("{\"version\": 99, \"uuid\": \"x\"}")]
    [DataRow("[1,2]")]
    public async Task A_damaged_record_is_corruption_and_never_absence(string text)
    {
        using var folder = new TempFolder();
        await using var storage = DirectoryLab.Open(folder.Path);
        await CreateAsync(storage);
        await File.WriteAllTextAsync(folder["unit/unit.json"], text);
        var role = await storage.Ability<IRoles>()!.GetRoleAsync(DirectoryLab.Unit(), None);
        Assert.AreEqual(FaultCode.Corruption, role.Fault!.Code);
        Assert.Contains("unit.json", role.Fault.Why);
        Assert.AreEqual(FaultCode.Corruption, (await storage.Ability<IVolumes>()!.ListAsync(None)).Fault!.Code);
        var made = await storage.Ability<IVolumes>()!.CreateAsync(
            new VolumeSpec(DirectoryLab.Volume("new"), VolumeKind.Block, Size), DirectoryLab.Grant(), None);
        Assert.AreEqual(FaultCode.Corruption, made.Fault!.Code);
        Assert.AreEqual(text, await File.ReadAllTextAsync(folder["unit/unit.json"]));
    }

    [TestMethod]
    public async Task A_missing_root_is_a_fault_and_never_absence()
    {
        using var folder = new TempFolder();
        await using var storage = DirectoryLab.Open(folder["gone"]);
        Assert.AreEqual(FaultCode.DataPathUnavailable, (await storage.Ability<IRoles>()!.GetRoleAsync(DirectoryLab.Unit(), None)).Fault!.Code);
        Assert.AreEqual(FaultCode.DataPathUnavailable, (await storage.Ability<IVolumes>()!.ListAsync(None)).Fault!.Code);
        var made = await storage.Ability<IVolumes>()!.CreateAsync(
            new VolumeSpec(DirectoryLab.Volume(), VolumeKind.Block, Size), DirectoryLab.Grant(), None);
        Assert.AreEqual(FaultCode.DataPathUnavailable, made.Fault!.Code);
        Assert.IsFalse(Directory.Exists(folder["gone"]), "an unmounted path was filled");
        Assert.AreEqual(HealthLevel.Failed, (await storage.ProbeAsync(None)).Value.Level);
    }

    [TestMethod]
    public async Task An_unwritten_unit_is_unchanged_and_a_written_one_is_not()
    {
        using var folder = new TempFolder();
        await using var storage = DirectoryLab.Open(folder.Path);
        var volume = await CreateAsync(storage);
        await SnapAsync(storage, "s1");
        Assert.AreEqual(Answer.No, await ChangedAsync(storage));
        await WriteAsync(volume.Path!, 5, "x");
        Assert.AreEqual(Answer.Yes, await ChangedAsync(storage));
    }

    [TestMethod]
    public async Task A_write_in_the_same_instant_as_the_snapshot_is_seen()
    {
        using var folder = new TempFolder();
        await using var storage = DirectoryLab.Open(folder.Path);
        var volume = await CreateAsync(storage);
        for (var round = 0; round < 20; round++)
        {
            await SnapAsync(storage, $"s{round}");
            await WriteAsync(volume.Path!, round, "y");
            Assert.AreEqual(Answer.Yes, await ChangedAsync(storage));
        }
    }

    [TestMethod]
    public async Task A_copy_taken_while_the_file_is_open_never_claims_to_be_unchanged()
    {
        using var folder = new TempFolder();
        await using var storage = DirectoryLab.Open(folder.Path);
        var volume = await CreateAsync(storage);
        await using var open = new FileStream(volume.Path!, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        await SnapAsync(storage, "s1");
        var expected = new DriveInfo(folder.Path).DriveFormat is "xfs" or "btrfs" ? Answer.No : Answer.Unknown;
        Assert.AreEqual(expected, await ChangedAsync(storage));
    }

    [TestMethod]
    public async Task A_unit_that_is_written_without_pause_is_not_copied_torn()
    {
        using var folder = new TempFolder();
        string head = folder["unit/volumes/data"];
        var writes = 0;
        await using var storage = DirectoryLab.Open(folder.Path, beforeStep: step =>
        {
            if (step.StartsWith("copy ", StringComparison.Ordinal))
            {
                File.WriteAllText(head, $"write {writes++}");
            }
        });
        await CreateAsync(storage, 100_000);
        var refused = await storage.Ability<ISnapshots>()!.CreateAsync(DirectoryLab.Snapshot("s1"), DirectoryLab.Grant(), None);
        if (writes == 0)
        {
            Assert.IsTrue(refused.IsOk, "blocks were shared, so nothing could be torn");
            return;
        }

        Assert.AreEqual(FaultCode.Busy, refused.Fault!.Code);
        Assert.IsEmpty((await storage.Ability<ISnapshots>()!.ListAsync(DirectoryLab.Unit(), None)).Value);
        Assert.IsFalse(Directory.Exists(folder["unit/snapshots/s1"]));
    }

    [TestMethod]
    public async Task The_block_map_can_be_lost()
    {
        using var folder = new TempFolder();
        using var other = new TempFolder();
        await using var writer = DirectoryLab.Open(folder.Path);
        await using var copy = DirectoryLab.Open(other.Path, "n2");
        var volume = await CreateAsync(writer);
        await WriteAsync(volume.Path!, 70_000, "one");
        await SnapAsync(writer, "s1");
        await DirectoryTransfer.RunAsync(writer, copy, null, "s1");
        foreach (var map in Directory.EnumerateFiles(folder["unit/maps"]))
        {
            await File.WriteAllTextAsync(map, "rotten");
        }

        await WriteAsync(volume.Path!, 140_000, "two");
        await SnapAsync(writer, "s2");
        await DirectoryTransfer.RunAsync(writer, copy, "s1", "s2");
        Assert.AreEqual(
            Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(folder["unit/snapshots/s2/data"]))),
            Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(other["unit/snapshots/s2/data"]))));
    }

    [TestMethod]
    public async Task A_rotten_snapshot_is_not_sent()
    {
        using var folder = new TempFolder();
        using var other = new TempFolder();
        await using var writer = DirectoryLab.Open(folder.Path);
        await using var copy = DirectoryLab.Open(other.Path, "n2");
        var volume = await CreateAsync(writer);
        await WriteAsync(volume.Path!, 0, "precious");
        await SnapAsync(writer, "s1");
        _ = await writer.Ability<IChangedExtents>()!.ListAsync(DirectoryLab.Volume(), null, "s1", None);
        await WriteAsync(folder["unit/snapshots/s1/data"], 0, "rot");
        var sent = await DirectoryTransfer.SendAsync(writer, null, "s1", new MemoryStream());
        Assert.AreEqual(FaultCode.Corruption, sent.Fault!.Code);
    }

    [TestMethod]
    public async Task A_copy_with_rot_in_its_start_makes_no_receipt()
    {
        using var folder = new TempFolder();
        using var other = new TempFolder();
        await using var writer = DirectoryLab.Open(folder.Path);
        await using var copy = DirectoryLab.Open(other.Path, "n2");
        var volume = await CreateAsync(writer);
        await WriteAsync(volume.Path!, 0, "precious");
        await SnapAsync(writer, "s1");
        await DirectoryTransfer.RunAsync(writer, copy, null, "s1");
        await WriteAsync(other["unit/snapshots/s1/data"], 0, "rot");
        await WriteAsync(volume.Path!, 200_000, "more");
        await SnapAsync(writer, "s2");
        var received = await DirectoryTransfer.TryAsync(writer, copy, "s1", "s2");
        Assert.AreEqual(FaultCode.Corruption, received.Fault!.Code);
    }

    [TestMethod]
    public async Task Increments_carry_only_what_changed()
    {
        using var folder = new TempFolder();
        using var other = new TempFolder();
        await using var writer = DirectoryLab.Open(folder.Path);
        await using var copy = DirectoryLab.Open(other.Path, "n2");
        var volume = await CreateAsync(writer);
        await WriteAsync(volume.Path!, 0, new string('a', 3_000_000));
        await SnapAsync(writer, "s1");
        Assert.IsGreaterThan(3_000_000, (await DirectoryTransfer.RunAsync(writer, copy, null, "s1")).Bytes);
        await WriteAsync(volume.Path!, 1_000_000, "b");
        await SnapAsync(writer, "s2");
        Assert.IsLessThan(70_000, (await DirectoryTransfer.RunAsync(writer, copy, "s1", "s2")).Bytes);
    }

    [TestMethod]
    public async Task Bookmarks_keep_no_space()
    {
        using var folder = new TempFolder();
        await using var storage = DirectoryLab.Open(folder.Path);
        await CreateAsync(storage);
        await SnapAsync(storage, "s1");
        var streams = storage.Ability<IReplicationStreams>()!;
        Assert.IsTrue((await streams.AnchorAsync(DirectoryLab.Snapshot("s1"), new NodeId("n2"), None)).IsOk);
        Assert.IsTrue((await storage.Ability<ISnapshots>()!.DeleteAsync(DirectoryLab.Unit(), ["s1"], None)).IsOk);
        Assert.IsFalse(Directory.Exists(folder["unit/snapshots/s1"]));
        Assert.IsTrue((await streams.ReadHistoryAsync(DirectoryLab.Unit(), None)).Value.Volumes[0].Points.Single().IsBookmark);
        Assert.IsTrue((await streams.ForgetAnchorAsync(DirectoryLab.Unit(), new NodeId("n2"), None)).IsOk);
        Assert.IsEmpty(Directory.EnumerateFiles(folder["unit/maps"]));
    }

    private static async Task<Volume> CreateAsync(DirectoryStorage storage, long bytes = Size)
    {
        var made = await storage.Ability<IVolumes>()!.CreateAsync(
            new VolumeSpec(DirectoryLab.Volume(), VolumeKind.Block, bytes), DirectoryLab.Grant(), None);
        Assert.IsTrue(made.IsOk, made.Fault?.ToString());
        return made.Value;
    }

    private static async Task SnapAsync(DirectoryStorage storage, string name)
    {
        var made = await storage.Ability<ISnapshots>()!.CreateAsync(DirectoryLab.Snapshot(name), DirectoryLab.Grant(), None);
        Assert.IsTrue(made.IsOk, made.Fault?.ToString());
    }

    private static async Task<Answer> ChangedAsync(DirectoryStorage storage) =>
        (await storage.Ability<IReplicationStreams>()!.ReadChangesAsync([DirectoryLab.Unit()], None)).Value[0].Changed;

    private static async Task WriteAsync(string path, long offset, string text)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Position = offset;
        await file.WriteAsync(System.Text.Encoding.ASCII.GetBytes(text));
    }
}
