using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Units.Adoptions;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover;

/// <summary>A node with a service lost its records, and no other node may have the service: 'unit adopt' is the way out.</summary>
[TestClass]
public sealed class AdoptedServiceTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [TestMethod]
    public async Task A_service_whose_last_owner_lost_its_records_runs_there_again_with_all_it_wrote_once_they_are_adopted()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path) { LossLimit = TimeSpan.FromSeconds(1) };
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        await cluster.CycleAsync(1);
        await cluster.PassAsync(20);
        cluster.Write(cluster[1], 5);
        var written = cluster.Content(cluster[1]);
        await LoseAsync(cluster, 1);
        await cluster.PassAsync(90);
        Assert.IsEmpty(cluster.Running, "the others' copies are too old, and n1 offers nothing");

        using var runner = Runner(cluster[1]);
        var orders = new AdoptionOrders(cluster[1].World, runner);
        var planned = await cluster.DoneAsync(orders.PlanAsync("db", None));
        Assert.IsTrue(planned.IsOk, planned.Fault?.ToString());
        StringAssert.Contains(string.Join(' ', planned.Value.Steps), "explain db");
        Assert.IsNull(cluster[1].Registry.Find(FailoverCluster.Unit));

        var adopted = await cluster.DoneAsync(orders.AdoptAsync("db", None));
        Assert.IsTrue(adopted.IsOk, adopted.Fault?.ToString());
        await cluster.RunsOnAsync(1);
        Assert.AreEqual(new Epoch(2), cluster.Room.View.Record.Service("db")!.Epoch);
        Assert.AreEqual(TimeSpan.Zero, cluster.Room.View.Record.Service("db")!.Loss);
        File.Copy(cluster.PathOf(cluster[1].Id), folder["seen"], overwrite: true);
        Assert.AreEqual(written, FailoverCluster.Hash(folder["seen"]));
        await cluster.CycleAsync(1);
        Assert.AreEqual("n2 n3", string.Join(' ', cluster[1].Registry.Find(FailoverCluster.Unit)!.Copies));
    }

    [TestMethod]
    public async Task A_node_that_did_not_have_the_service_last_notes_nothing()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        await cluster.CycleAsync(1);
        await LoseAsync(cluster, 1);
        await cluster.UntilAsync(() => cluster.Running.Count == 1, "another has it");
        var other = cluster.Running[0];
        using var runner = Runner(cluster[1]);
        var held = await cluster.DoneAsync(new AdoptionOrders(cluster[1].World, runner).AdoptAsync("db", None));
        Assert.AreEqual(FaultCode.NotWriter, held.Fault?.Code, held.Fault?.ToString());
        Assert.IsNull(cluster[1].Registry.Find(FailoverCluster.Unit));
        Assert.IsTrue(other.Part.IsRunning);
    }

    private static async Task LoseAsync(FailoverCluster cluster, int number)
    {
        var id = FailoverCluster.Ids[number - 1];
        await cluster[number].KillAsync();
        Directory.Delete(Path.Combine(cluster.Root, id.Value, "units"), recursive: true);
        cluster.Boot(id).Start();
    }

    private static OperationRunner Runner(FailoverNode node) => new(node.World.Journal, [], new ManualTimeProvider(), NullLogger.Instance);
}
