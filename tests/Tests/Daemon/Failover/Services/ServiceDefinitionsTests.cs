using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;
using NodeAgent.Daemon.Failover.Services;
using NodeAgent.Daemon.Units;
using NodeAgent.Linux.Services;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover.Services;

/// <summary>Before units are opened the store has to say that they are the service's.</summary>
[TestClass]
public sealed class ServiceDefinitionsTests
{
    private static readonly UnitId Unit = new(new BackendId("dir"), "db");

    private static readonly ClusterRecord Known = OwnedBy(new NodeId("n1"));

    private readonly ManualTimeProvider time = new();

    [TestMethod]
    public async Task Others_that_write_the_record_at_the_same_time_do_not_make_a_service_fail()
    {
        var asked = 0;
        Assert.IsNull(await PlaceAsync(_ => ++asked < 4 ? WishAnswer.Refused : WishAnswer.Done, Known));
        Assert.AreEqual(4, asked);
    }

    [TestMethod]
    public async Task A_store_that_answers_late_is_waited_for_as_long_as_the_node_may_write()
    {
        var asked = 0;
        Assert.IsNull(await PlaceAsync(_ => ++asked < 4 ? WishAnswer.Unknown : WishAnswer.Done, Known));
        Assert.IsNotNull(await PlaceAsync(_ => WishAnswer.Unknown, Known, mayWrite: () => asked++ < 8));
        Assert.AreEqual(9, asked, "its time is over");
    }

    [TestMethod]
    public async Task A_unit_of_another_service_is_not_opened_and_nobody_waits_for_it()
    {
        var asked = 0;
        var record = Known with { Units = ClusterRecord.Empty.Units.Add(Unit.ToString(), new UnitPlace("other", new Epoch(2))) };
        StringAssert.Contains(await PlaceAsync(_ => Refused(ref asked), record), "unit dir:db belongs to service other");
        Assert.AreEqual(1, asked);
    }

    [TestMethod]
    public async Task What_is_asked_for_names_the_units_and_what_this_node_knows_of_them()
    {
        Wish? asked = null;
        await PlaceAsync(
            wish =>
            {
                asked = wish;
                return WishAnswer.Done;
            },
            Known);
        Assert.IsTrue(asked is Wish.Define { Opens: true, Units: [var claim] } && claim == new UnitClaim(Unit, null), $"{asked}");
    }

    [TestMethod]
    public async Task A_service_that_was_lost_meanwhile_is_not_asked_for_again()
    {
        var asked = 0;
        Assert.AreEqual("n1 does not have service db any more", await PlaceAsync(_ => Refused(ref asked), OwnedBy(new NodeId("n2"))));
        Assert.AreEqual(1, asked);
    }

    private static ClusterRecord OwnedBy(NodeId node) => ClusterRecord.Empty.With(
        new ServiceRecord(new ServicePolicy("db", [node])) { Owner = new Tenure(node, 1, "boot", new Epoch(3), new Proof(ProofKind.FirstWriter, "")) });

    private static WishAnswer Refused(ref int asked)
    {
        asked++;
        return WishAnswer.Refused;
    }

    private async Task<string?> PlaceAsync(Func<Wish, WishAnswer> answer, ClusterRecord record, Func<bool>? mayWrite = null)
    {
        using var folder = TempFolder.InMemory();
        var self = new NodeId("n1");
        var world = new UnitWorld(self, UnitRegistry.Load(folder["units"]).Value, null!, null!, null!, () => [], () => null!, _ => { });
        var service = new RunnableService("db", [Unit], new ServiceParts([], time), TimeSpan.FromSeconds(1), new ServicePolicy("db", [self]));
        var definitions = new ServiceDefinitions(
            new Dictionary<string, RunnableService> { ["db"] = service }, world, new MuteLedger(answer, () => ClusterView.Empty with { Record = record }), time, NullLogger.Instance);
        var placed = definitions.PlaceAsync(service, new Epoch(3), 1, _ => mayWrite?.Invoke() ?? true, CancellationToken.None);
        while (!placed.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(0.1));
            await Quiet.AwaitAsync();
        }

        return await placed;
    }
}
