using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Core.Units;
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

    private readonly TempFolder folder = TempFolder.InMemory();

    [TestCleanup]
    public void Cleanup() => folder.Dispose();

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

    [TestMethod]
    public async Task Whether_a_service_can_be_had_as_it_is_configured_now_is_asked_of_the_store_at_that_moment()
    {
        var record = Known with { Units = ClusterRecord.Empty.Units.Add(Unit.ToString(), new UnitPlace("other", new Epoch(2))) };
        var (definitions, service) = Made(new MuteLedger(null, () => ClusterView.Empty with { Record = record }));
        StringAssert.Contains(await definitions.ObjectionNowAsync(service, CancellationToken.None), "unit dir:db belongs to service other");
        await definitions.RunAsync(ClusterView.Empty with { Record = record }, 1, CancellationToken.None);
        StringAssert.Contains(definitions.Unmade["db"], "unit dir:db belongs to service other");

        record = record with { Units = record.Units.SetItem(Unit.ToString(), new UnitPlace("db", new Epoch(2))) };
        await definitions.RunAsync(ClusterView.Empty with { Record = record }, 1, CancellationToken.None);
        StringAssert.Contains(definitions.Unmade["db"], "Restart the agent", "it runs on as it was, and need not any more");

        Assert.IsNull(await definitions.ObjectionNowAsync(service, CancellationToken.None));
        await definitions.RunAsync(ClusterView.Empty with { Record = record }, 1, CancellationToken.None);
        Assert.IsEmpty(definitions.Unmade);
    }

    [TestMethod]
    public async Task A_service_whose_store_is_silent_goes_on_as_it_was()
    {
        var (definitions, service) = Made(new MuteLedger(null, null));
        StringAssert.Contains(await definitions.ObjectionNowAsync(service, CancellationToken.None), "does not say whose its units are");
    }

    [TestMethod]
    [DataRow(9L, "db", 9L, true)]
    [DataRow(3L, "db", 3L, false, DisplayName = "it was written in no later epoch")]
    [DataRow(9L, "db", 3L, false, DisplayName = "the store would not give a later one")]
    [DataRow(9L, "other", 9L, false, DisplayName = "it is not the service's")]
    public async Task A_service_begins_anew_in_a_later_epoch_only_if_the_store_gives_one_beyond_what_its_new_unit_was_written_in(long written, string of, long since, bool isEarly)
    {
        var record = Known with { Units = ClusterRecord.Empty.Units.Add(Unit.ToString(), new UnitPlace(of, new Epoch(since))) };
        var (definitions, service) = Made(new MuteLedger(null, () => ClusterView.Empty with { Record = record }), written);
        Assert.AreEqual(isEarly, await definitions.EarlyAsync(service, new Epoch(3), CancellationToken.None) is not null);
    }

    private (ServiceDefinitions Definitions, RunnableService Service) Made(MuteLedger ledger, long? written = null)
    {
        var self = new NodeId("n1");
        var registry = UnitRegistry.Load(folder["units"]).Value;
        if (written is { } epoch)
        {
            Assert.IsTrue(registry.Store(new UnitRecord(Unit, self, new Epoch(epoch), 1, [], TimeSpan.FromSeconds(60), 2, 3, IsPaused: false)).IsOk);
        }

        var world = new UnitWorld(self, registry, null!, null!, null!, () => [], () => null!, _ => { });
        var service = new RunnableService("db", [Unit], new ServiceParts([], time), TimeSpan.FromSeconds(1), new ServicePolicy("db", [self]));
        return (new ServiceDefinitions(new Dictionary<string, RunnableService> { ["db"] = service }, world, ledger, time, NullLogger.Instance), service);
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
        var (definitions, service) = Made(new MuteLedger(answer, () => ClusterView.Empty with { Record = record }));
        var placed = definitions.PlaceAsync(service, new Epoch(3), 1, _ => mayWrite?.Invoke() ?? true, CancellationToken.None);
        while (!placed.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(0.1));
            await Quiet.AwaitAsync();
        }

        return await placed;
    }
}
