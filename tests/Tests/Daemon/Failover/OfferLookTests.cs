using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Failover;

namespace NodeAgent.Tests.Daemon.Failover;

[TestClass]
public sealed class OfferLookTests
{
    private static readonly Offer Copy = new(new Epoch(3), 40, TimeSpan.FromSeconds(9));

    [TestMethod]
    public void Units_that_are_all_in_sync_make_a_service_that_is() =>
        Assert.AreEqual(Offer.InSync(new Epoch(3)), OfferLook.Whole([Offer.InSync(new Epoch(3)), Offer.InSync(new Epoch(3))]));

    [TestMethod]
    public void A_copy_beside_a_unit_in_sync_decides_how_new_the_service_is() =>
        Assert.AreEqual(Copy, OfferLook.Whole([Offer.InSync(new Epoch(3)), Copy]));

    [TestMethod]
    public void However_many_units_are_in_sync_their_positions_do_not_overflow() =>
        Assert.AreEqual(Copy with { Position = 80 }, OfferLook.Whole([.. Enumerable.Repeat(Offer.InSync(new Epoch(3)), 9), Copy, Copy]));

    [TestMethod]
    public void The_writer_s_own_data_beside_a_unit_in_sync_stays_the_writer_s_own()
    {
        var whole = OfferLook.Whole([Offer.Head(new Epoch(3)), Offer.InSync(new Epoch(4))])!;

        Assert.AreEqual((true, new Epoch(3)), (whole.IsHead, whole.Epoch));
    }

    [TestMethod]
    public void What_is_in_sync_in_a_later_epoch_is_newer_and_what_was_in_an_earlier_one_is_older_than_any_copy()
    {
        Assert.IsGreaterThan(0, Offer.InSync(new Epoch(4)).CompareTo(Offer.Head(new Epoch(3))));
        Assert.IsLessThan(0, Offer.InSync(new Epoch(2)).CompareTo(Copy));
        Assert.IsFalse(Offer.InSync(new Epoch(2)).IsHead);
    }
}
