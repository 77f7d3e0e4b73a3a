using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.DirectoryBackend;

/// <summary>The power is cut before every single change on disk; what is there afterwards is the old or the new.</summary>
[TestClass]
public sealed class DirectoryCrashTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [TestMethod]
    public Task Create_is_whole_or_absent() => CutEverywhereAsync(
        _ => Task.CompletedTask,
        async storage => (await storage.Ability<IVolumes>()!.CreateAsync(Spec(), DirectoryLab.Grant(), None)).WithoutValue(),
        async storage =>
        {
            var made = await storage.Ability<IVolumes>()!.CreateAsync(Spec(), DirectoryLab.Grant(), None);
            Assert.IsTrue(made.IsOk, made.Fault?.ToString());
            Assert.AreEqual(Spec().Bytes, new FileInfo(made.Value.Path!).Length);
        });

    [TestMethod]
    public Task A_second_volume_never_harms_the_first() => CutEverywhereAsync(
        MakeWrittenAsync,
        async storage => (await storage.Ability<IVolumes>()!.CreateAsync(Spec("log"), DirectoryLab.Grant(), None)).WithoutValue(),
        async storage =>
        {
            Assert.IsTrue((await storage.Ability<IVolumes>()!.CreateAsync(Spec("log"), DirectoryLab.Grant(), None)).IsOk);
            await AssertHeadAsync(storage, "first");
        });

    [TestMethod]
    public Task Snapshot_is_whole_or_absent() => CutEverywhereAsync(
        MakeWrittenAsync,
        async storage => (await storage.Ability<ISnapshots>()!.CreateAsync(DirectoryLab.Snapshot("s1"), DirectoryLab.Grant(), None)).WithoutValue(),
        async storage =>
        {
            foreach (var listed in (await storage.Ability<ISnapshots>()!.ListAsync(DirectoryLab.Unit(), None)).Value)
            {
                Assert.AreEqual("first", await ReadAsync(storage, listed.Id.Name));
            }

            Assert.IsTrue((await storage.Ability<ISnapshots>()!.CreateAsync(DirectoryLab.Snapshot("s1"), DirectoryLab.Grant(), None)).IsOk);
            Assert.AreEqual("first", await ReadAsync(storage, "s1"));
            await AssertHeadAsync(storage, "first");
        });

    [TestMethod]
    public Task Demotion_keeps_the_head() => CutEverywhereAsync(
        MakeWrittenAsync,
        async storage => (await storage.Ability<IRoles>()!.DemoteAsync(DirectoryLab.Unit(), null, None)).WithoutValue(),
        async storage =>
        {
            var role = (await storage.Ability<IRoles>()!.GetRoleAsync(DirectoryLab.Unit(), None)).Value;
            Assert.AreNotEqual(Role.Absent, role.Role);
            Assert.IsTrue((await storage.Ability<IRoles>()!.DemoteAsync(DirectoryLab.Unit(), null, None)).IsOk);
            Assert.IsFalse(File.Exists(HeadPath(storage)));
            Assert.IsTrue((await storage.Ability<IRoles>()!.PromoteAsync(DirectoryLab.Grant(2), null, None)).IsOk);
            await AssertHeadAsync(storage, "first");
        });

    [TestMethod]
    public Task Promotion_keeps_the_head_and_stores_the_epoch_first() => CutEverywhereAsync(
        async storage =>
        {
            await MakeWrittenAsync(storage);
            Assert.IsTrue((await storage.Ability<IRoles>()!.DemoteAsync(DirectoryLab.Unit(), null, None)).IsOk);
        },
        async storage => (await storage.Ability<IRoles>()!.PromoteAsync(DirectoryLab.Grant(2), null, None)).WithoutValue(),
        async storage =>
        {
            var role = (await storage.Ability<IRoles>()!.GetRoleAsync(DirectoryLab.Unit(), None)).Value;
            Assert.IsTrue(!File.Exists(HeadPath(storage)) || role.Epoch == new Epoch(2), "the head is in reach before its epoch is stored");
            Assert.IsTrue((await storage.Ability<IRoles>()!.PromoteAsync(DirectoryLab.Grant(2), null, None)).IsOk);
            await AssertHeadAsync(storage, "first");
        });

    [TestMethod]
    public Task Rollback_is_all_or_nothing() => CutEverywhereAsync(
        async storage =>
        {
            await MakeWrittenAsync(storage);
            Assert.IsTrue((await storage.Ability<ISnapshots>()!.CreateAsync(DirectoryLab.Snapshot("s1"), DirectoryLab.Grant(), None)).IsOk);
            await File.WriteAllTextAsync(HeadPath(storage), "other");
        },
        async storage =>
        {
            var snapshots = storage.Ability<ISnapshots>()!;
            var plan = (await snapshots.PlanRollbackAsync(DirectoryLab.Snapshot("s1"), None)).Value;
            return await snapshots.RollbackAsync(plan, DirectoryLab.Grant(), None);
        },
        async storage =>
        {
            Assert.IsTrue((await storage.Ability<IRoles>()!.PromoteAsync(DirectoryLab.Grant(), null, None)).IsOk);

            // Any change lets recovery run first.
            Assert.IsTrue((await storage.Ability<ISnapshots>()!.HoldAsync(DirectoryLab.Snapshot("s1"), "t", None)).IsOk);
            var now = (await File.ReadAllTextAsync(HeadPath(storage))).TrimEnd('\0');
            Assert.IsTrue(now is "first" or "other", $"the head is '{now}'");
            Assert.AreEqual("first", await ReadAsync(storage, "s1"));
        });

    [TestMethod]
    public Task Going_back_keeps_the_head_wherever_it_was_cut() => CutEverywhereAsync(
        async storage =>
        {
            await MakeWrittenAsync(storage);
            Assert.IsTrue((await storage.Ability<ISnapshots>()!.CreateAsync(DirectoryLab.Snapshot("s1"), DirectoryLab.Grant(), None)).IsOk);
            await File.WriteAllTextAsync(HeadPath(storage), "stray");
            Assert.IsTrue((await storage.Ability<IRoles>()!.DemoteAsync(DirectoryLab.Unit(), null, None)).IsOk);
        },
        storage => storage.Ability<IRejoin>()!.RejoinAsync(DirectoryLab.Unit(), "s1", "aside", None),
        async storage =>
        {
            Assert.IsTrue((await storage.Ability<IRejoin>()!.RejoinAsync(DirectoryLab.Unit(), "s1", "aside", None)).IsOk);
            var kept = (await storage.Ability<IRejoin>()!.ListKeptAsync(None)).Value.Found.Single();
            var grant = new WriteGrant(kept.Unit, new Epoch(9), DirectoryLab.Grant().Holder, Instant.Never);
            Assert.IsTrue((await storage.Ability<IRoles>()!.PromoteAsync(grant, null, None)).IsOk);
            var aside = (await storage.Ability<IVolumes>()!.GetAsync(new VolumeId(kept.Unit, DirectoryLab.Volume().Name), None)).Value;
            Assert.AreEqual("stray", (await File.ReadAllTextAsync(aside.Path!)).TrimEnd('\0'));
            Assert.IsTrue((await storage.Ability<IRoles>()!.PromoteAsync(DirectoryLab.Grant(2), null, None)).IsOk);
            await AssertHeadAsync(storage, "first");
        });

    [TestMethod]
    public Task Deletion_is_whole_or_nothing() => CutEverywhereAsync(
        MakeWrittenAsync,
        storage => storage.Ability<IVolumes>()!.DeleteAsync(DirectoryLab.Volume(), None),
        async storage =>
        {
            var left = (await storage.Ability<IVolumes>()!.ListAsync(None)).Value;
            if (left.Count > 0)
            {
                await AssertHeadAsync(storage, "first");
            }

            Assert.IsTrue((await storage.Ability<IVolumes>()!.DeleteAsync(DirectoryLab.Volume(), None)).IsOk);
            Assert.IsEmpty((await storage.Ability<IVolumes>()!.ListAsync(None)).Value);
        });

    [TestMethod]
    public async Task Receive_is_whole_or_absent()
    {
        using var source = new TempFolder();
        await using var writer = DirectoryLab.Open(source.Path);
        await MakeWrittenAsync(writer);
        Assert.IsTrue((await writer.Ability<ISnapshots>()!.CreateAsync(DirectoryLab.Snapshot("s1"), DirectoryLab.Grant(), None)).IsOk);
        var streams = writer.Ability<IReplicationStreams>()!;
        var point = (await streams.ReadHistoryAsync(DirectoryLab.Unit(), None)).Value.Volumes[0].Points[0];
        var step = new StreamStep(DirectoryLab.Volume(), null, point, null, new Epoch(1));
        using var bytes = new MemoryStream();
        Assert.IsTrue((await streams.SendAsync(step, bytes, null, None)).IsOk);

        async Task<Outcome<Receipt>> ReceiveAsync(DirectoryStorage copy)
        {
            using var input = new MemoryStream(bytes.ToArray());
            return await copy.Ability<IReplicationStreams>()!.ReceiveAsync(step, input, null, None);
        }

        await CutEverywhereAsync(
            _ => Task.CompletedTask,
            async copy => (await ReceiveAsync(copy)).WithoutValue(),
            async copy =>
            {
                var seen = (await copy.Ability<ISnapshots>()!.ListAsync(DirectoryLab.Unit(), None)).Value;
                Assert.IsTrue(seen.Count == 0 || await ReadAsync(copy, "s1") == "first");
                var again = await ReceiveAsync(copy);
                Assert.IsTrue(again.IsOk, again.Fault?.ToString());
                Assert.AreEqual(point.Guid, again.Value.Guid);
                Assert.AreEqual("first", await ReadAsync(copy, "s1"));
            });
    }

    private static VolumeSpec Spec(string name = "data") => new(DirectoryLab.Volume(name), VolumeKind.Block, 200_000);

    private static string HeadPath(DirectoryStorage storage) =>
        Path.Combine(storage.Root, "unit", "volumes", "data");

    private static async Task MakeWrittenAsync(DirectoryStorage storage)
    {
        var made = await storage.Ability<IVolumes>()!.CreateAsync(Spec(), DirectoryLab.Grant(), None);
        Assert.IsTrue(made.IsOk, made.Fault?.ToString());
        await File.WriteAllTextAsync(HeadPath(storage), "first");
    }

    private static async Task AssertHeadAsync(DirectoryStorage storage, string text)
    {
        Assert.IsTrue((await storage.Ability<IVolumes>()!.ListAsync(None)).IsOk);
        Assert.AreEqual(text, (await File.ReadAllTextAsync(HeadPath(storage))).TrimEnd('\0'));
    }

    private static async Task<string> ReadAsync(DirectoryStorage storage, string snapshot)
    {
        var view = await storage.Ability<IChangedExtents>()!.OpenAsync(DirectoryLab.Volume(), snapshot, None);
        Assert.IsTrue(view.IsOk, view.Fault?.ToString());
        using var reader = new StreamReader(view.Value);
        return (await reader.ReadToEndAsync()).TrimEnd('\0');
    }

    private static async Task CutEverywhereAsync(
        Func<DirectoryStorage, Task> prepareAsync,
        Func<DirectoryStorage, Task<Outcome>> operationAsync,
        Func<DirectoryStorage, Task> judgeAsync)
    {
        for (var cut = 0; ; cut++)
        {
            using var folder = new TempFolder();
            await using (var before = DirectoryLab.Open(folder.Path))
            {
                await prepareAsync(before);
            }

            var step = 0;
            var wasCut = false;
            await using (var cutting = DirectoryLab.Open(folder.Path, beforeStep: name =>
            {
                if (step++ >= cut)
                {
                    wasCut = true;
                    throw new PowerCutException("before " + name);
                }
            }))
            {
                try
                {
                    var outcome = await operationAsync(cutting);
                    Assert.IsTrue(wasCut || outcome.IsOk, outcome.Fault?.ToString());
                }
                catch (PowerCutException)
                {
                    // The next agent finds what was left.
                }
            }

            await using var after = DirectoryLab.Open(folder.Path);
            await judgeAsync(after);
            if (!wasCut)
            {
                Assert.IsGreaterThan(2, cut);
                return;
            }
        }
    }

    private sealed class PowerCutException(string message) : Exception(message);
}
