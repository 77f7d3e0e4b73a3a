using NodeAgent.Cluster;
using NodeAgent.Cluster.Files;
using NodeAgent.Contract;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Cluster;

[TestClass]
public sealed class FileStoreCrashTests
{
    private static readonly KeyRange All = KeyRange.Under("/t/");

    [TestMethod]
    public async Task Cut_at_any_byte_the_journal_gives_the_transactions_before_the_cut_and_no_part_of_one()
    {
        using var folder = new TempFolder();
        var states = new Dictionary<long, string>();
        await using (var store = Open(folder["store"]))
        {
            states[1] = string.Empty;
            var lease = (await store.GrantAsync(TimeSpan.FromSeconds(10), default)).Value.Id;
            foreach (var number in Enumerable.Range(1, 6))
            {
                await store.CommitAsync(new([], [StoreChange.Put("/t/a", $"{number}"), StoreChange.Put($"/t/{number}", "x", lease), StoreChange.Delete($"/t/{number - 2}")]), default);
                var view = (await store.ReadAsync(All, default)).Value;
                states[view.Revision] = Shown(view);
            }

            await store.RevokeAsync(lease, default);
            var last = (await store.ReadAsync(All, default)).Value;
            states[last.Revision] = Shown(last);
        }

        var whole = await File.ReadAllBytesAsync(folder["store"]);
        var header = 0;
        for (var length = whole.Length; length > 0; length--)
        {
            var path = folder["cut"];
            await File.WriteAllBytesAsync(path, whole[..length]);
            var opened = FileStore.Open(path, new ManualTimeProvider());
            if (!opened.IsOk)
            {
                // Only a file shorter than its own header, which is written whole or not at all, is nobody's.
                Assert.IsLessThan(64, length, opened.Fault.ToString());
                header++;
                continue;
            }

            await using var store = opened.Value;
            var view = (await store.ReadAsync(All, default)).Value;
            Assert.AreEqual(states[view.Revision], Shown(view));
            Assert.AreEqual(Answer.Yes, (await store.CommitAsync(new([], [StoreChange.Put("/t/after", "1")]), default)).Happened);
        }

        Assert.IsLessThan(64, header);
    }

    [TestMethod]
    public async Task What_was_acknowledged_is_there_after_opening_again_with_its_history()
    {
        using var folder = new TempFolder();
        await using (var store = Open(folder["store"]))
        {
            await store.CommitAsync(new([], [StoreChange.Put("/t/a", "1")]), default);
            await store.CommitAsync(new([], [StoreChange.Put("/t/a", "2")]), default);
        }

        await using var again = Open(folder["store"]);
        await using var steps = again.WatchAsync(All, 2, default).GetAsyncEnumerator();
        Assert.IsTrue(await steps.MoveNextAsync() && await steps.MoveNextAsync());
        Assert.AreEqual("1", ((WatchStep.Changed)steps.Current).Events[0].Entry!.Value);
    }

    [TestMethod]
    public async Task The_journal_is_written_anew_when_it_is_long_and_nothing_is_lost()
    {
        using var folder = new TempFolder();
        await using (var store = FileStore.Open(folder["store"], new ManualTimeProvider(), longest: 2000).Value)
        {
            for (var number = 0; number < 200; number++)
            {
                await store.CommitAsync(new([], [StoreChange.Put("/t/a", $"{number}")]), default);
            }
        }

        Assert.IsLessThan(3000, new FileInfo(folder["store"]).Length);
        await using var again = Open(folder["store"]);
        var view = (await again.ReadAsync(All, default)).Value;
        Assert.AreEqual((201L, "199"), (view.Revision, view.Entries[0].Value));
    }

    [TestMethod]
    public async Task A_lease_ends_on_the_clock_never_before_and_has_its_whole_length_after_opening_again()
    {
        using var folder = new TempFolder();
        var time = new ManualTimeProvider();
        var store = FileStore.Open(folder["store"], time).Value;
        var lease = (await store.GrantAsync(TimeSpan.FromSeconds(10), default)).Value.Id;
        await store.CommitAsync(new([], [StoreChange.Put("/t/a", "1", lease)]), default);
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.IsTrue((await store.KeepAliveAsync(lease, default)).IsOk);
        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.HasCount(1, (await store.ReadAsync(All, default)).Value.Entries);
        await store.DisposeAsync();

        await using var again = FileStore.Open(folder["store"], time).Value;
        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.HasCount(1, (await again.ReadAsync(All, default)).Value.Entries);
        time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.IsEmpty((await again.ReadAsync(All, default)).Value.Entries);
        Assert.AreEqual(FaultCode.NotFound, (await again.KeepAliveAsync(lease, default)).Fault!.Code);
    }

    [TestMethod]
    public async Task A_second_process_is_refused()
    {
        using var folder = new TempFolder();
        await using var first = Open(folder["store"]);
        Assert.AreEqual(FaultCode.Busy, FileStore.Open(folder["store"], TimeProvider.System).Fault!.Code);
    }

    private static FileStore Open(string path) => FileStore.Open(path, new ManualTimeProvider()).Value;

    private static string Shown(StoreView view) => string.Join(' ', view.Entries.Select(entry => $"{entry.Key}={entry.Value}@{entry.Modified}"));
}
