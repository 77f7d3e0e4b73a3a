using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;
using NodeAgent.Daemon.Failover.Services;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover;

/// <summary>The configuration of the nodes is changed one after the other. The cluster sees to it that the unit is never open twice.</summary>
[TestClass]
public sealed class RenamedServiceTests
{
    [TestMethod]
    public async Task A_service_that_is_renamed_on_one_node_after_the_other_never_runs_twice_and_goes_on_under_its_new_name()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        await cluster.CycleAsync(1);
        await RestartAsync(cluster, 1, "pg");
        await cluster.UntilAsync(() => cluster.Running.Count == 1, "another has it");
        await cluster.PassAsync(30);
        var writer = cluster.Running.Single();
        Assert.AreNotEqual(cluster[1].Id, writer.Id, "its records say that it writes the unit; the store knows better");
        Assert.AreEqual("db", cluster.Room.View.Record.Units[FailoverCluster.Unit.ToString()].Service);
        StringAssert.Contains(cluster[1].Seat.Unmade["pg"], "unit dir:db belongs to service db");

        cluster.Write(writer, 7);
        await cluster.CycleAsync(Array.IndexOf(FailoverCluster.Ids, writer.Id) + 1);
        var written = cluster.Content(writer);
        await RestartAsync(cluster, 2, "pg");
        await RestartAsync(cluster, 3, "pg");
        await cluster.UntilAsync(() => cluster.Running.Count == 1, "it goes on under its new name", 120);
        Assert.IsNull(cluster.Room.View.Record.Service("db"));
        var renamed = cluster.Room.View.Record.Service("pg")!;
        Assert.IsGreaterThan(new Epoch(2), renamed.Epoch);
        File.Copy(cluster.PathOf(cluster.Running.Single().Id), folder["seen"], overwrite: true);
        Assert.AreEqual(written, FailoverCluster.Hash(folder["seen"]));
        await cluster.UntilAsync(() => cluster[1].Seat.Unmade.Count == 0, "nothing is told any more");
    }

    [TestMethod]
    public async Task A_unit_whose_service_a_node_does_not_know_any_more_is_not_free_there()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        await cluster.CycleAsync(1);
        await cluster[1].KillAsync();
        await cluster.UntilAsync(() => cluster.Running.Count == 1, "another has it");
        cluster.Names[cluster[1].Id] = null;
        var record = cluster.Boot(cluster[1].Id).Registry.Find(FailoverCluster.Unit)!;
        Assert.AreEqual(cluster[1].Id, record.Writer, "it was away, and takes itself for the writer");
        Assert.IsFalse(cluster[1].World.Tenures.IsFree(record), "before it has heard of the store");
        cluster[1].Start();
        await cluster.PassAsync(20);
        Assert.IsFalse(cluster[1].World.Tenures.IsFree(record));
        StringAssert.Contains($"{cluster[1].World.Tenures.Grant(record, cluster[1].Id).Fault}", "nodeagent service forget db");
    }

    [TestMethod]
    public async Task What_was_in_a_forgotten_service_is_free_only_for_who_wrote_it_last()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        await cluster.CycleAsync(1);
        await cluster[1].KillAsync();
        await cluster.UntilAsync(() => cluster.Running.Count == 1, "another has it");
        var last = cluster.Running.Single().Id;
        await RestartAsync(cluster, Array.IndexOf(FailoverCluster.Ids, last) + 1, null);
        await RestartAsync(cluster, last == FailoverCluster.Ids[1] ? 3 : 2, null);
        await cluster.UntilAsync(
            () => cluster.Room.For(last).AskAsync(new Wish.Order(Orders.Forget, "db", "asked"), 0, CancellationToken.None).Result == WishAnswer.Done, "nobody has it", 120);
        await cluster.PassAsync(5);
        Assert.IsTrue(cluster[last]!.World.Tenures.IsFree(cluster[last]!.Registry.Find(FailoverCluster.Unit)!));

        cluster.Names[cluster[1].Id] = null;
        cluster.Boot(cluster[1].Id).Start();
        await cluster.PassAsync(5);
        var record = cluster[1].Registry.Find(FailoverCluster.Unit)!;
        Assert.AreEqual(cluster[1].Id, record.Writer);
        Assert.IsFalse(cluster[1].World.Tenures.IsFree(record));
    }

    [TestMethod]
    public async Task A_unit_that_the_new_owner_of_its_service_was_never_given_keeps_its_writer()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        await cluster.CycleAsync(1);
        await cluster[1].KillAsync();
        await cluster.UntilAsync(() => cluster.Running.Count == 1, "another has it");
        var (node, view) = (cluster.Boot(cluster[1].Id), cluster.Room.View);
        Assert.IsTrue((await node.Storage.Ability<IRoles>()!.DemoteAsync(FailoverCluster.Unit, null, CancellationToken.None)).IsOk, "what a crash left open is closed first");
        var units = view.Record.Units.SetItem(FailoverCluster.Unit.ToString(), new UnitPlace("db", new Epoch(1)));
        var abdication = new Abdication(node.World.Tenures, node.World, node.Power);
        await abdication.RunAsync(view with { Record = view.Record with { Units = units } }, CancellationToken.None);
        Assert.AreEqual(node.Id, node.Registry.Find(FailoverCluster.Unit)!.Writer, "the other has the service without this unit");
        await abdication.RunAsync(view, CancellationToken.None);
        Assert.AreEqual(cluster.Running.Single().Id, node.Registry.Find(FailoverCluster.Unit)!.Writer);
    }

    private static async Task RestartAsync(FailoverCluster cluster, int number, string? name)
    {
        var id = FailoverCluster.Ids[number - 1];
        await cluster[number].KillAsync();
        cluster.Names[id] = name;
        cluster.Boot(id).Start();
        await cluster.PassAsync(1);
    }
}
