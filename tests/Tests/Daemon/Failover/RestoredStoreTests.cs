using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover;

/// <summary>The cluster store is restored from a backup, or founded anew, while all nodes are off.</summary>
[TestClass]
public sealed class RestoredStoreTests
{
    [TestMethod]
    public async Task What_the_last_writer_wrote_is_kept_when_it_comes_after_an_operator_let_the_service_go_on_and_nobody_is_asked_again()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        await cluster.CycleAsync(1);
        var backup = cluster.Room.View.Record;
        cluster.Write(cluster[1], 7);
        var written = cluster.Content(cluster[1]);
        await KillAllAsync(cluster);
        cluster.Room.Restore(backup);
        Start(cluster, 2);
        Start(cluster, 3);
        await cluster.PassAsync(60);
        Assert.IsEmpty(cluster.Running, "n1 may have written since");
        await cluster.OrderAsync(Orders.AcceptLoss, "db");
        await cluster.UntilAsync(() => cluster.Running.Count == 1, "an operator said so");
        Assert.AreEqual("second", cluster.Room.View.Record.Service("db")!.Settled?.Store);

        Start(cluster, 1);
        await cluster.PassAsync(10);
        Assert.IsNull(cluster[1].Seat.Recall.Doubt);
        Assert.IsTrue(cluster[1].Power.Lines.Any(line => line.StartsWith("store-settled", StringComparison.Ordinal)));
        var writer = cluster.Running.Single();
        Assert.AreEqual(writer.Id, cluster[1].Registry.Find(FailoverCluster.Unit)!.Writer);
        await cluster.CycleAsync(Array.IndexOf(FailoverCluster.Ids, writer.Id) + 1);
        Assert.AreEqual(written, FailoverCluster.Hash(Path.Combine(folder.Path, "n1", "volumes", "db-kept-1", "closed", "data")), "what only it wrote is kept");

        await writer.KillAsync();
        await cluster.UntilAsync(() => cluster.Running.Count == 1 && cluster.Running[0] != writer, "nobody is asked again");
    }

    [TestMethod]
    public async Task Nothing_that_a_doubted_store_does_not_know_may_be_written_as_its_records_say()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        Assert.IsTrue(cluster[1].World.Tenures.IsUnknownToAll("web"), "the store would know it");
        await KillAllAsync(cluster);
        cluster.Room.Restore(ClusterRecord.Empty);
        Start(cluster, 1);
        await cluster.UntilAsync(() => cluster[1].Seat.View() is not null, "it has heard of the store");
        Assert.IsNotNull(cluster[1].Seat.Recall.Doubt);
        Assert.IsFalse(cluster[1].World.Tenures.IsUnknownToAll("web"), "it may have forgotten it");
    }

    [TestMethod]
    public async Task A_node_that_cannot_read_what_it_remembers_keeps_what_it_has_and_is_given_nothing_until_it_can()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        await cluster.CycleAsync(1);
        await cluster.PassAsync(1);
        await KillAllAsync(cluster);
        var (path, record) = (Path.Combine(folder.Path, "n2", "store-seen.json"), cluster.Room.View.Record);
        var seen = File.ReadAllText(path);
        File.WriteAllText(path, "{");
        cluster.Room.Restore(record);
        Start(cluster, 2);
        await cluster.PassAsync(60);
        Assert.IsEmpty(cluster.Running);
        Assert.IsFalse(cluster.Room.View.Offers.ContainsKey("n2"), "alone it would be the best");
        Assert.IsFalse(cluster[2].World.Tenures.IsUnknownToAll("web"));

        File.WriteAllText(path, seen);
        await cluster.UntilAsync(() => cluster[2].Seat.Recall.Doubt is not null, "it reads it again", 40);
        await cluster.UntilAsync(() => cluster.Room.View.Offers.GetValueOrDefault("n2")?.Known.ContainsKey("db") == true, "and says what the store has forgotten");
        Assert.IsEmpty(cluster.Running);
    }

    private static async Task KillAllAsync(FailoverCluster cluster)
    {
        foreach (var number in (int[])[1, 2, 3])
        {
            await cluster[number].KillAsync();
        }
    }

    private static void Start(FailoverCluster cluster, int number) => cluster.Boot(FailoverCluster.Ids[number - 1]).Start();
}
