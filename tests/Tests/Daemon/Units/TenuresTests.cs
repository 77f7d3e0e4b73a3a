using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Tests.Daemon.Units;

[TestClass]
public sealed class TenuresTests
{
    private static readonly NodeId Self = new("n1");
    private static readonly UnitId Data = new(new BackendId("tank"), "data");
    private static readonly UnitId Logs = new(new BackendId("tank"), "logs");

    [TestMethod]
    public void What_was_opened_belongs_to_its_service_of_then_until_it_is_closed()
    {
        List<KeyValuePair<UnitId, string>> opened = [new(Data, "before"), new(Logs, "before")];
        var tenures = new Tenures([new(Data, "now")]) { Opened = () => opened };
        Assert.AreEqual(("before", "before", 2), (tenures.ServiceOf(Data), tenures.ServiceOf(Logs), tenures.All.Count));

        opened.Clear();
        Assert.AreEqual(("now", null, 1), (tenures.ServiceOf(Data), tenures.ServiceOf(Logs), tenures.All.Count));
    }

    [TestMethod]
    public void What_the_store_says_of_a_unit_outranks_the_configuration()
    {
        var tenures = new Tenures([new(Data, "now")]) { Stored = unit => unit == Data ? new UnitPlace("before", Epoch.None) : null, IsUnknownToAll = _ => true };
        Assert.AreEqual("before", tenures.ServiceOf(Data));
        Assert.AreEqual("before", tenures.All[Data]);
        tenures.Hold("before", new Epoch(4));
        Assert.IsTrue(tenures.IsFree(Record(4)));
        Assert.IsFalse(tenures.IsFree(Record(3)));
    }

    [TestMethod]
    [DataRow(3L, false)]
    [DataRow(4L, true)]
    public void What_was_in_a_service_that_is_no_more_is_free_from_its_last_epoch_on(long epoch, bool isFree)
    {
        var tenures = new Tenures([]) { Stored = _ => new UnitPlace(null, new Epoch(4)) };
        Assert.AreEqual(isFree, tenures.IsFree(Record(epoch)));
        Assert.AreEqual(isFree, new Tenures([new(Data, "new")]) { Stored = tenures.Stored, IsUnknownToAll = _ => true }.IsFree(Record(epoch)));
    }

    [TestMethod]
    public void A_unit_that_is_made_anew_begins_after_the_epochs_of_the_service_that_it_was_in()
    {
        var world = new UnitWorld(Self, null!, null!, null!, null!, () => [], () => new UnitDefaults(TimeSpan.FromSeconds(60), 2, 3), _ => { })
        {
            Tenures = new Tenures([]) { Stored = unit => unit == Data ? new UnitPlace(null, new Epoch(4)) : null },
        };
        var made = world.FirstRecord(Data);
        Assert.AreEqual((new Epoch(5), true), (made.Epoch, world.Tenures.IsFree(made)));
        Assert.AreEqual(new Epoch(1), world.FirstRecord(Logs).Epoch);
    }

    private static UnitRecord Record(long epoch) => new(Data, Self, new Epoch(epoch), 1, [], TimeSpan.FromSeconds(60), 2, 3, IsPaused: false);
}
