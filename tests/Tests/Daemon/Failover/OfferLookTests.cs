using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Failover;
using NodeAgent.Daemon.Failover.Services;
using NodeAgent.Daemon.Units;
using NodeAgent.Linux.Services;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover;

[TestClass]
public sealed class OfferLookTests
{
    private static readonly NodeId One = new("n1");
    private static readonly NodeId Two = new("n2");
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

    [TestMethod]
    public async Task A_service_whose_storage_hangs_does_not_keep_another_s_offer_and_ends_no_newer_look()
    {
        using var folder = TempFolder.InMemory();
        var (sound, frozen, gate, time) = (new FakeMirror(One, Two), new FakeMirror(One, Two), new TaskCompletionSource(), new ManualTimeProvider());
        var look = Looking(folder, time, ("db", sound), ("web", frozen));
        var told = new List<NodeOffers>();
        void Told(NodeInput input) => told.Add(((NodeInput.Looked)input).Offers);
        await look.LookAsync(new NodeEffect.Look(4, new Instant(1)), Told, default);
        frozen.Answers = gate.Task;

        var first = look.LookAsync(new NodeEffect.Look(5, new Instant(1)), Told, default);
        time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.HasCount(1, told);
        time.Advance(TimeSpan.FromSeconds(0.2));
        await UntilAsync(() => told.Count == 2);

        // That a copy is in sync may have ended: what is not proven is not offered.
        Assert.AreEqual((5L, "db"), (told[1].Seen, string.Join(' ', told[1].OfService.Keys)));
        var second = look.LookAsync(new NodeEffect.Look(6, new Instant(1)), Told, default);
        time.Advance(TimeSpan.FromSeconds(4));
        await UntilAsync(() => told.Count == 3);
        gate.SetResult();
        await Task.WhenAll(first, second);

        Assert.IsTrue(told.Skip(2).All(offers => offers.Seen == 6), "an older look was told last");
        Assert.AreEqual("db web", string.Join(' ', told[^1].OfService.Keys));
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        for (var passes = 0; passes < 1_000_000 && !isSo(); passes++)
        {
            await Task.Yield();
        }

        Assert.IsTrue(isSo());
    }

    private static OfferLook Looking(TempFolder folder, TimeProvider time, params (string Name, FakeMirror Mirror)[] storage)
    {
        var registry = UnitRegistry.Load(folder.Path).Value;
        var backends = storage.ToDictionary(entry => new BackendId(entry.Name), entry => entry.Mirror.For(One));
        var world = new UnitWorld(One, registry, null!, null!, () => backends, () => [Two], () => new UnitDefaults(TimeSpan.FromSeconds(60), 2, 3), _ => { });
        var services = storage.ToDictionary(entry => entry.Name, entry => new RunnableService(
            entry.Name, [new UnitId(new BackendId(entry.Name), entry.Name)], new ServiceParts([], time), TimeSpan.FromSeconds(30), new ServicePolicy(entry.Name, [One, Two])), StringComparer.Ordinal);
        var record = storage.Aggregate(ClusterRecord.Empty, (seen, entry) => seen.With(new ServiceRecord(new ServicePolicy(entry.Name, [One, Two])) { Epoch = new Epoch(3), Last = Two }));
        return new OfferLook(services, world, null!, () => ClusterView.Empty with { Record = record }, TimeSpan.FromSeconds(3), time);
    }
}
