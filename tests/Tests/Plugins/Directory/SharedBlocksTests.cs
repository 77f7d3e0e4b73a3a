using NodeAgent.Conformance;
using NodeAgent.Conformance.Reports;
using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.DirectoryBackend;

/// <summary>On real file systems that can share blocks between files: ordinary folders of test machines often cannot.</summary>
[TestClass]
public sealed class SharedBlocksTests
{
    private const int Length = 64 * 1024 * 1024;
    private static readonly CancellationToken None = CancellationToken.None;

    [TestMethod]
    [DataRow("xfs")]
    [DataRow("btrfs")]
    public async Task The_backend_passes_the_kit(string kind)
    {
        await using var disk = await LoopDisk.MakeAsync(kind);
        var report = await ConformanceKit.RunAsync(DirectoryLab.Subject(disk.Folder), new ConformanceOptions(), null, None);
        var wrong = report.Results.Where(result => result.Verdict != (DirectoryLab.NotForIt.Contains(result.Id) ? Verdict.Skipped : Verdict.Passed)).ToList();
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
        Assert.IsGreaterThanOrEqualTo(25, report.Results.Count(result => result.Verdict == Verdict.Passed));
    }

    [TestMethod]
    [DataRow("xfs")]
    [DataRow("btrfs")]
    public async Task A_snapshot_takes_no_room_and_keeps_what_is_written_over_later(string kind)
    {
        await using var disk = await LoopDisk.MakeAsync(kind);
        await using var storage = DirectoryLab.Open(disk.Folder);
        var path = (await storage.Ability<IVolumes>()!.CreateAsync(new VolumeSpec(DirectoryLab.Volume(), VolumeKind.Block, Length), DirectoryLab.Grant(), None)).Value.Path!;
        await FillAsync(path, 7);
        var before = new DriveInfo(disk.Folder).AvailableFreeSpace;
        var snapshots = storage.Ability<ISnapshots>()!;
        Assert.IsTrue((await snapshots.CreateAsync(DirectoryLab.Snapshot("s1"), DirectoryLab.Grant(), None)).IsOk);
        var taken = before - new DriveInfo(disk.Folder).AvailableFreeSpace;
        Assert.IsLessThan(Length / 8, taken, "its blocks were copied");
        await FillAsync(path, 9);
        var plan = await snapshots.PlanRollbackAsync(DirectoryLab.Snapshot("s1"), None);
        var back = await snapshots.RollbackAsync(plan.Value, DirectoryLab.Grant(), None);
        Assert.IsTrue(back.IsOk, back.Fault?.ToString());
        Assert.IsTrue((await File.ReadAllBytesAsync(path)).All(value => value == 7));
    }

    private static async Task FillAsync(string path, byte value)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        var block = Enumerable.Repeat(value, 1024 * 1024).ToArray();
        for (var written = 0; written < Length; written += block.Length)
        {
            await file.WriteAsync(block);
        }

        file.Flush(flushToDisk: true);
    }
}
