using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;
using NodeAgent.Daemon.Units;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover;

/// <summary>Services on storage that keeps its copies itself: what it says of them decides who may go on.</summary>
[TestClass]
public sealed class SynchronousFailoverTests
{
    private static readonly NodeId One = FailoverCluster.Ids[0];
    private static readonly NodeId Two = FailoverCluster.Ids[1];

    [TestMethod]
    public async Task The_other_side_takes_over_with_everything_that_was_acknowledged()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await RunningAsync(folder);
        cluster.Mirror!.Write(One);
        await cluster.PassAsync(5);

        await cluster[1].KillAsync();
        await cluster.RunsOnAsync(2);

        var service = cluster.Room.View.Record.Service("db")!;
        Assert.AreEqual((ProofKind.LeaseExpired, TimeSpan.Zero), (service.Owner!.Proof.Kind, service.Loss));
        Assert.AreEqual((1, service.Epoch), (cluster.Mirror.HeldBy(Two), cluster.Mirror.Epoch));
        Assert.AreEqual((Two, 0), (cluster[2].Registry.Find(FailoverCluster.Unit)!.Writer, cluster[2].Registry.Find(FailoverCluster.Unit)!.Copies.Length));
    }

    [TestMethod]
    public async Task A_side_that_missed_something_waits_for_the_one_that_did_not()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await RunningAsync(folder);
        cluster.Mirror!.InSync.Remove(Two);
        cluster.Mirror.Write(One);

        await cluster[1].KillAsync();
        await cluster.PassAsync(60);
        Assert.IsEmpty(cluster.Running);
        StringAssert.Contains(cluster[2].Seat.Loop.State.Waits["db"], "n2: it holds no whole copy");

        cluster.Boot(One).Start();
        await cluster.RunsOnAsync(1);
        Assert.AreEqual(1, cluster.Mirror.HeldBy(One));
    }

    [TestMethod]
    public async Task A_planned_move_goes_there_and_back()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await RunningAsync(folder);
        cluster.Mirror!.Write(One);

        await cluster.OrderAsync(Orders.Move, "db", Two);
        await cluster.RunsOnAsync(2);
        cluster.Mirror.Write(Two);
        await cluster.OrderAsync(Orders.Move, "db", One);
        await cluster.RunsOnAsync(1);

        Assert.AreEqual((2, ProofKind.Released), (cluster.Mirror.HeldBy(One), cluster.Room.View.Record.Service("db")!.Owner!.Proof.Kind));
    }

    [TestMethod]
    public async Task A_move_to_a_side_that_missed_something_does_not_stop_the_service()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await RunningAsync(folder);
        cluster.Mirror!.InSync.Remove(Two);

        await cluster.OrderAsync(Orders.Move, "db", Two);
        await cluster.PassAsync(20);

        Assert.AreEqual((true, 0), (cluster[1].Part.IsRunning, cluster[1].Part.Stops));
        StringAssert.Contains(cluster[1].Seat.Loop.State.Waits["db"], "not in the certificate");
    }

    [TestMethod]
    public async Task What_closing_shows_to_be_missing_on_the_other_side_brings_the_service_back()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await RunningAsync(folder);
        cluster.Mirror!.MissesOnClose = Two;

        await cluster.OrderAsync(Orders.Move, "db", Two);
        await cluster.UntilAsync(() => cluster[1].Part.Stops == 1, "it stops");
        await cluster.RunsOnAsync(1);

        Assert.AreEqual((0, 2), (cluster[2].Part.Starts, cluster[1].Part.Starts));
    }

    [TestMethod]
    public async Task A_writer_that_may_go_on_with_both_sides_together_starts_again_after_a_stop()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await RunningAsync(folder);

        // A drive died on each node, in different mirrors: neither half alone holds everything, the pool runs on.
        cluster.Mirror!.WriterTakesBoth = true;
        cluster.Mirror.InSync.Clear();
        cluster.Mirror.Write(One);

        await cluster.OrderAsync(Orders.Stop, "db");
        await cluster.UntilAsync(() => cluster.Running.Count == 0 && cluster.Room.View.Record.Service("db")!.Owner is null, "it stops");
        await cluster.OrderAsync(Orders.Start, "db");
        await cluster.RunsOnAsync(1);

        Assert.AreEqual(1, cluster.Mirror.HeldBy(One));
    }

    [TestMethod]
    public async Task A_writer_that_needs_both_sides_offers_nothing_where_the_other_holds_everything()
    {
        var mirror = new FakeMirror(One, Two) { WriterTakesBoth = true };
        mirror.InSync.Remove(One);
        Assert.IsTrue(mirror.Open(Two, new Epoch(2)).IsOk);
        var (one, two) = (SynchronousBackend.From(mirror.For(One))!, SynchronousBackend.From(mirror.For(Two))!);

        Assert.IsNull(await one.OfferAsync(FailoverCluster.Unit, One, new Epoch(2), wroteLast: true, default));
        Assert.AreEqual(Offer.InSync(new Epoch(2)), await two.OfferAsync(FailoverCluster.Unit, Two, new Epoch(2), wroteLast: true, default));
        mirror.InSync.Clear();
        Assert.IsNull(await one.OfferAsync(FailoverCluster.Unit, One, new Epoch(2), wroteLast: true, default), "its storage refuses");
        Assert.IsNull(await two.OfferAsync(FailoverCluster.Unit, Two, new Epoch(2), wroteLast: false, default), "another wrote since");
        Assert.AreEqual(Offer.Head(new Epoch(2)), await two.OfferAsync(FailoverCluster.Unit, Two, new Epoch(2), wroteLast: true, default));
    }

    [TestMethod]
    public async Task After_both_lost_power_only_the_side_that_holds_everything_goes_on()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await RunningAsync(folder);
        cluster.Mirror!.InSync.Remove(Two);
        cluster.Mirror.Write(One);
        await cluster[2].KillAsync();
        await cluster[1].KillAsync();
        await cluster.PassAsync(30);

        cluster.Boot(Two).Start();
        await cluster.PassAsync(40);
        Assert.IsEmpty(cluster.Running);

        cluster.Boot(One).Start();
        await cluster.RunsOnAsync(1);
        Assert.AreEqual(1, cluster.Mirror.HeldBy(One));
    }

    [TestMethod]
    public async Task What_only_copies_by_streams_have_is_refused_in_words()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await RunningAsync(folder);

        var own = cluster[1].World.FindOwn("db");

        Assert.AreEqual(FaultCode.Unsupported, own.Fault!.Code);
        StringAssert.Contains(own.Fault.NextStep, "nodeagent service move");
    }

    private static async Task<FailoverCluster> RunningAsync(TempFolder folder)
    {
        var cluster = new FailoverCluster(folder.Path) { Mirror = new FakeMirror(One, Two) };
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        return cluster;
    }
}
