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

        var before = Recall(folder, () => store.Identity);
        Assert.IsFalse(before.See(await ViewAsync(store, 3)));
        await KeepAsync(before);

        // A rolling restart is none.
        for (var member = 0; member < 3; member++)
        {
            etcd.Kill(member);
            etcd.Start(member);
            await EtcdTrio.Agreed(store);
        }

        var restarted = Recall(folder, () => store.Identity);
        Assert.IsFalse(restarted.See(await ViewAsync(store, 3)), restarted.Doubt);
        await KeepAsync(restarted);

        etcd.FoundAnew();
        await EtcdTrio.Agreed(store);
        var after = Recall(folder, () => store.Identity);
        var empty = await ViewAsync(store, 0);
        Assert.IsTrue(after.See(empty));
        Assert.AreEqual(new Epoch(4), after.With(NodeOffers.None, empty).Known["db"]);
        StringAssert.Contains(FailoverProblems.OfRecall(after.Doubt).Single().ToString(), "failover SERVICE --accept-loss");
        await KeepAsync(after);
        Assert.IsNotNull(Recall(folder, () => store.Identity).Doubt, "and it stays so over the next start");
    }

    [TestMethod]
    public void What_cannot_be_read_is_not_taken_for_nothing()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["store-seen.json"], "{");
        var fault = new StoreRecall(folder["store-seen.json"], () => null, TimeProvider.System, NullLogger.Instance).Load().Fault;
        StringAssert.Contains(fault?.What, "what this node has seen of the cluster store");
    }

    private static StoreRecall Recall(TempFolder folder, Func<string?> identity)
    {
        var recall = new StoreRecall(folder["store-seen.json"], identity, TimeProvider.System, NullLogger.Instance);
        var loaded = recall.Load();
        Assert.IsTrue(loaded.IsOk, loaded.Fault?.ToString());
        return recall;
    }

    private static async Task KeepAsync(StoreRecall recall)
    {
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
        return ClusterView.Empty with { Revision = read.Value.Revision, Record = record };
    }
}
