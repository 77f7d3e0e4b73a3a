using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Cluster;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Failover;
using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Tests.Cluster.Support;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover;

[TestClass]
public sealed class StoreRecallTests
{
    [TestMethod]
    public async Task An_etcd_that_was_founded_anew_where_the_old_one_was_is_doubted_by_an_agent_that_starts_again()
    {
        using var folder = new TempFolder();
        using var etcd = await EtcdTrio.StartAsync();
        await using var store = etcd.Store();
        for (var number = 0; number < 20; number++)
        {
            Assert.AreEqual(Answer.Yes, (await store.CommitAsync(new([], [StoreChange.Put("/x", "1")]), CancellationToken.None)).Happened);
        }

        var before = Recall(folder);
        Assert.IsNull(before.See(await ViewAsync(store, 3)));
        await KeepAsync(before);

        // A rolling restart is none.
        for (var member = 0; member < 3; member++)
        {
            etcd.Kill(member);
            etcd.Start(member);
            await EtcdTrio.Agreed(store);
        }

        var restarted = Recall(folder);
        Assert.IsNull(restarted.See(await ViewAsync(store, 3)), restarted.Doubt);
        await KeepAsync(restarted);

        etcd.FoundAnew();
        await EtcdTrio.Agreed(store);
        var after = Recall(folder);
        var empty = await ViewAsync(store, 0);
        Assert.AreEqual("store-behind", after.See(empty)?.Kind);
        Assert.AreEqual(new Epoch(4), after.With(NodeOffers.None, empty).Known["db"]);
        StringAssert.Contains(FailoverProblems.OfRecall(after.Doubt, after.Unread).Single().ToString(), "failover SERVICE --accept-loss");
        await KeepAsync(after);
        Assert.IsNotNull(Recall(folder).Doubt, "and it stays so over the next start");
    }

    [TestMethod]
    [DataRow("{", DisplayName = "torn")]
    [DataRow("[]", DisplayName = "something else")]
    [DataRow(null, DisplayName = "nobody may read it")]
    public async Task What_cannot_be_read_is_not_taken_for_nothing_nor_written_over_and_is_read_when_it_can_be(string? content)
    {
        using var folder = TempFolder.InMemory();
        var path = folder["store-seen.json"];
        var before = Recall(folder);
        Assert.IsNull(before.See(View("s", 6)));
        await KeepAsync(before);
        var kept = File.ReadAllText(path);
        File.Delete(path);
        if (content is null)
        {
            // A folder fails as a disk does: with an exception of reading.
            Directory.CreateDirectory(path);
        }
        else
        {
            File.WriteAllText(path, content);
        }

        var recall = new StoreRecall(path, TimeProvider.System, NullLogger.Instance);
        recall.Load();
        Assert.IsFalse(recall.IsTrusted);
        Assert.IsNull(recall.See(View("t", 1)));
        var problem = FailoverProblems.OfRecall(recall.Doubt, recall.Unread).Single();
        StringAssert.Contains(problem.Text, "cannot read what this node has seen of the cluster store");
        StringAssert.Contains(problem.NextStep, "remove the file");
        await KeepAsync(recall);
        Assert.AreEqual(content, content is null ? null : File.ReadAllText(path), "it may be mended yet");
        Assert.IsEmpty(recall.With(NodeOffers.None, View("t", 1)).Known);

        Remove(path);
        File.WriteAllText(path, kept);
        await KeepAsync(recall);
        Assert.IsNull(recall.Unread);
        Assert.AreEqual(new Epoch(7), recall.With(NodeOffers.None, View("t", 1)).Known["db"], "what it means for the store is told at once");
    }

    [TestMethod]
    public void What_was_settled_while_a_node_was_away_is_told_there_once_with_where_its_own_data_is()
    {
        using var folder = TempFolder.InMemory();
        var recall = Recall(folder);
        Assert.IsNull(recall.See(View("s", 2)));
        var service = View("t", 4).Record.Service("db")! with { Settled = new Settlement(new Epoch(4), "t") };
        var view = View("t", 4) with { Record = ClusterRecord.Empty.With(service) };
        var news = recall.See(view);
        Assert.AreEqual("store-settled", news?.Kind);
        StringAssert.Contains(news!.Value.Text, "an operator said that db went on there");
        StringAssert.Contains(news.Value.Text, "nodeagent kept list");
        Assert.IsNull(recall.Doubt);
        Assert.IsNull(recall.See(view));
    }

    [TestMethod]
    public async Task What_was_seen_of_another_store_is_kept_only_after_what_follows_from_it_for_units_is()
    {
        using var folder = TempFolder.InMemory();
        var recall = Recall(folder);
        Assert.IsNull(recall.See(View("s", 0)));
        await KeepAsync(recall);
        Assert.IsNull(recall.See(View("t", 0)), "no service is remembered");
        Assert.IsTrue(recall.IsTrusted && recall.IsForgetful);
        recall.Drawn(isKept: false);
        using (var now = new CancellationTokenSource())
        {
            var running = recall.RunAsync(now.Token);
            await now.CancelAsync();
            await running;
        }

        var killed = Recall(folder);
        Assert.IsNull(killed.See(View("t", 0)));
        Assert.IsTrue(killed.IsForgetful, "the next agent finds it once more");
        await KeepAsync(killed);
        var next = Recall(folder);
        Assert.IsNull(next.See(View("t", 0)));
        Assert.IsFalse(next.IsForgetful);
    }

    private static StoreRecall Recall(TempFolder folder)
    {
        var recall = new StoreRecall(folder["store-seen.json"], TimeProvider.System, NullLogger.Instance);
        recall.Load();
        Assert.IsNull(recall.Unread);
        return recall;
    }

    private static ClusterView View(string store, long epoch) => ClusterView.Empty with
    {
        Revision = 100,
        Store = store,
        Record = ClusterRecord.Empty.With(new ServiceRecord(new ServicePolicy("db", [new NodeId("n1")])) { Epoch = new Epoch(epoch) }),
    };

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path);
        }

        File.Delete(path);
    }

    private static async Task KeepAsync(StoreRecall recall)
    {
        recall.Drawn(isKept: true);
        using var now = new CancellationTokenSource();
        var running = recall.RunAsync(now.Token);
        await now.CancelAsync();
        await running;
    }

    private static async Task<ClusterView> ViewAsync(IClusterStore store, long epoch)
    {
        var read = await store.ReadAsync(KeyRange.Of("/x"), CancellationToken.None);
        Assert.IsTrue(read.IsOk, read.Fault?.ToString());
        var record = epoch == 0 ? ClusterRecord.Empty : ClusterRecord.Empty.With(new ServiceRecord(new ServicePolicy("db", [new NodeId("n1")])) { Epoch = new Epoch(epoch) });
        return ClusterView.Empty with { Revision = read.Value.Revision, Record = record, Store = store.Identity };
    }
}
