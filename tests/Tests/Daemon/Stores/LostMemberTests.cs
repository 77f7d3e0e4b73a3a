using NodeAgent.Cluster;
using NodeAgent.Contract;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Daemon.Stores;
using NodeAgent.Linux.Clocks;

namespace NodeAgent.Tests.Daemon.Stores;

/// <summary>A member whose data folder is lost, with a real etcd of three.</summary>
[TestClass]
public sealed class LostMemberTests
{
    private const string Cluster = "0123456789abcdef";

    [TestMethod]
    public async Task A_member_that_lost_its_folder_does_not_start_empty_and_comes_back_by_what_it_prints()
    {
        using var box = new StoreBox();
        using var members = new FoundedEtcd(box);
        var config = await FoundAsync(box, members);
        await using var store = StoreOpening.Open(config, new BootTimeProvider()).Value;
        await WriteAsync(store, "/test/a");

        // Its disk is replaced, and it is started again: as it is, and as its neighbours were set up.
        members.Kill(1);
        Directory.Delete(members.DataOf("n2"), recursive: true);
        var (exit, said) = await members.Start("n2", null).EndedAsync();
        Assert.AreEqual(78, exit, said);
        StringAssert.Contains(said, "member n2 of the cluster store does not start: it has run before");
        Assert.IsEmpty(Directory.GetFileSystemEntries(members.DataOf("n2")), "nothing of a new member was made");

        // Literally what it says, with the verbs that these words stand for.
        StringAssert.Contains(said, "  nodeagent cluster store remove n2\n");
        StringAssert.Contains(said, $"  nodeagent cluster store add n2={members.Address(2)}\n");
        var seating = new StoreSeating(new(box.In(""), box.In("state")), config, new BootTimeProvider());
        var removed = await seating.RemoveAsync("n2", CancellationToken.None);
        Assert.IsTrue(removed.IsOk, removed.Fault?.ToString());
        var added = await seating.AddAsync(StoreSeats.Parse([$"n2={members.Address(2)}"], null).Value[0], Cluster, CancellationToken.None);
        Assert.IsTrue(added.IsOk, added.Fault?.ToString());
        StringAssert.Contains(string.Join('\n', added.Value.Next), "on n2: tar -C / -xpf seat-n2.tar && shred -u seat-n2.tar && ");
        var back = members.Start("n2", box.In("state/store/seat-n2.tar"));
        await PromotedAsync(seating, "n2");

        // It has a vote that counts: with another one away, all that was acknowledged is there.
        members.Kill(2);
        await WriteAsync(store, "/test/b");
        var view = (await store.ReadAsync(KeyRange.Under("/test/"), CancellationToken.None)).Value;
        CollectionAssert.AreEqual(new[] { "/test/a", "/test/b" }, view.Entries.Select(entry => entry.Key).ToArray());
        Assert.IsFalse(File.Exists(box.In("state/store/seat-n2.tar")), "its archive would let it start empty once more");

        // Who joined an etcd that existed is not even refused by the others when it comes back empty.
        members.Start("w", null);
        back.Kill();
        Directory.Delete(members.DataOf("n2"), recursive: true);
        (exit, said) = await members.Start("n2", null).EndedAsync();
        Assert.AreEqual(78, exit, said);
    }

    [TestMethod]
    public async Task A_member_that_has_its_log_starts_again_and_one_that_lost_only_that_does_not()
    {
        using var box = new StoreBox();
        using var members = new FoundedEtcd(box);
        var config = await FoundAsync(box, members);
        await using var store = StoreOpening.Open(config, new BootTimeProvider()).Value;
        await WriteAsync(store, "/test/a");
        members.Kill(1);
        members.Kill(2);
        members.Start("n2", null);
        await WriteAsync(store, "/test/b");

        Directory.Delete(Path.Join(members.DataOf("w"), "member/wal"), recursive: true);
        var (exit, said) = await members.Start("w", null).EndedAsync();
        Assert.AreEqual(78, exit, said);
        StringAssert.Contains(said, $"nodeagent cluster store add w={members.Address(3)} --witness\n");
    }

    [TestMethod]
    public async Task A_member_may_start_empty_until_it_has_a_log_and_a_store_is_not_founded_over_another()
    {
        using var box = new StoreBox();
        using var members = new FoundedEtcd(box);
        await FoundAsync(box, members);
        foreach (var name in new[] { "n1", "n2", "w" })
        {
            Assert.IsFalse(File.Exists(Path.Join(members.DataOf(name), "first-start")), name);
        }

        File.Delete(box.In("etc/nodeagent/etcd.env"));
        var again = await box.FoundAsync(new("n1"), [$"n1={members.Address(1)}"], null);
        StringAssert.Contains(again.Fault!.Why, "holds the data of an earlier store");
    }

    private static async Task<AgentConfig> FoundAsync(StoreBox box, FoundedEtcd members)
    {
        var founded = await box.FoundAsync(new("n1"), [$"n1={members.Address(1)}", $"n2={members.Address(2)}"], $"w={members.Address(3)}");
        Assert.IsTrue(founded.IsOk, founded.Fault?.ToString());
        members.Start("n1", null);
        members.Start("n2", box.In("state/store/seat-n2.tar"));
        members.Start("w", box.In("state/store/seat-w.tar"));
        await File.WriteAllTextAsync(box.In("nodeagent.yaml"), members.Here(await File.ReadAllTextAsync(box.In("etc/nodeagent/conf.d/50-store.yaml")), "n1"));
        var config = ConfigReader.Read(box.In("nodeagent.yaml"), null, new ConfigSources("n1")).Config! with { State = box.In("state") };
        await using var store = StoreOpening.Open(config, new BootTimeProvider()).Value;
        await WriteAsync(store, "/founded");
        foreach (var name in new[] { "n1", "n2", "w" })
        {
            for (var tries = 0; File.Exists(Path.Join(members.DataOf(name), "first-start")); tries++)
            {
                Assert.IsLessThan(100, tries, $"{name} may still start empty");
                await Task.Delay(100);
            }
        }

        return config;
    }

    private static async Task WriteAsync(IClusterStore store, string key)
    {
        for (var tries = 0; (await store.CommitAsync(new([], [StoreChange.Put(key, "1")]), CancellationToken.None)) is { Happened: not Answer.Yes } failed; tries++)
        {
            Assert.IsLessThan(20, tries, failed.Fault?.ToString());
        }
    }

    private static async Task PromotedAsync(StoreSeating seating, string name)
    {
        for (var tries = 0; (await seating.PromoteAsync(name, CancellationToken.None)) is { IsOk: false } waits; tries++)
        {
            Assert.IsLessThan(200, tries, waits.Fault!.ToString());
            await Task.Delay(100);
        }
    }
}
