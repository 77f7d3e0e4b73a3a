using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Tests.Core.Views;

[TestClass]
public sealed class StoreMemoryTests
{
    private static readonly NodeId N1 = new("n1");

    [TestMethod]
    public void A_store_that_only_goes_on_is_never_doubted_whatever_its_members_are()
    {
        var memory = StoreMemory.Empty.Saw(View(5, 2), "s").Saw(View(5, 2), "s").Saw(View(900, 3), "s").Saw(View(901, 3), null).Saw(View(902, 4), "s");
        Assert.IsNull(memory.Doubt);
        Assert.AreEqual((new Epoch(4), 902L), (memory.Known["db"], memory.Revision));
        Assert.IsEmpty(memory.Beyond(View(902, 4).Record));
    }

    [TestMethod]
    public void What_was_renamed_or_taken_out_of_a_store_that_is_in_order_is_not_remembered()
    {
        var memory = StoreMemory.Empty.Saw(View(5, 2), "s").Saw(ClusterView.Empty with { Revision = 6 }, "s");
        Assert.IsEmpty(memory.Beyond(ClusterRecord.Empty));
        Assert.IsNotEmpty(StoreMemory.Empty.Saw(View(5, 2), "s").Saw(ClusterView.Empty with { Revision = 4 }, "s").Known, "it may have been forgotten");
        Assert.IsNotEmpty(StoreMemory.Empty.Saw(View(5, 2), "s").Saw(ClusterView.Empty with { Revision = 6 }, "other").Known);
    }

    [TestMethod]
    public void A_store_that_is_behind_may_have_forgotten_an_epoch_that_nobody_here_knows()
    {
        var memory = StoreMemory.Empty.Saw(View(900, 2), "s").Saw(View(700, 2), "s");
        StringAssert.Contains(memory.Doubt, "it is at revision 700, and was at 900");
        Assert.AreEqual(new Epoch(3), memory.Beyond(View(700, 2).Record)["db"]);
    }

    [TestMethod]
    public void The_doubt_stays_when_the_store_has_caught_up_and_ends_when_the_service_was_taken_anew()
    {
        var memory = StoreMemory.Empty.Saw(View(900, 2), "s").Saw(View(700, 2), "s").Saw(View(5000, 2), "s");
        Assert.IsNotNull(memory.Doubt);
        Assert.AreEqual(new Epoch(3), memory.Beyond(View(5000, 2).Record)["db"], "seen twice it does not grow");
        var after = memory.Saw(View(5001, 4), "s");
        Assert.IsNull(after.Doubt);
        Assert.IsEmpty(after.Beyond(View(5001, 4).Record));
    }

    [TestMethod]
    public void Another_store_is_doubted_however_far_it_is_also_for_services_that_it_does_not_know()
    {
        var memory = StoreMemory.Empty.Saw(View(900, 2), "s").Saw(ClusterView.Empty with { Revision = 4000 }, "t");
        StringAssert.Contains(memory.Doubt, "it is t, and was s");
        Assert.AreEqual(new Epoch(3), memory.Beyond(ClusterRecord.Empty)["db"]);
    }

    [TestMethod]
    public void A_service_is_taken_by_nobody_until_an_operator_accepts_it_and_then_in_an_epoch_that_there_never_was()
    {
        var view = View(700, 2) with { Offers = ClusterView.Empty.Offers.Add("n1", NodeOffers.None with { Known = NodeOffers.None.Known.Add("db", new Epoch(7)) }) };
        var service = view.Record.Service("db")!;
        Assert.AreEqual(new Epoch(7), StoreAge.Newest(view, "db", service.Epoch));
        StringAssert.Contains(StoreAge.Objection(view, service), "older than what n1 saw of it: it knows epoch 2 of db, and there may have been epoch 7");
        Assert.IsNull(StoreAge.Objection(view, service with { LossAccepted = service.Epoch }));
    }

    private static ClusterView View(long revision, long epoch) => ClusterView.Empty with
    {
        Revision = revision,
        Record = ClusterRecord.Empty.With(new ServiceRecord(new ServicePolicy("db", [N1])) { Epoch = new Epoch(epoch) }),
    };
}
