using System.Diagnostics;

using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;
using NodeAgent.Tests.Cluster.Support;

namespace NodeAgent.Tests.Cluster.Ledger;

/// <summary>The ledger while members of its etcd are frozen and killed.</summary>
[TestClass]
public sealed class EtcdLedgerFailureTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(6);

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [TestMethod]
    public async Task Without_a_majority_nobody_knows_and_afterwards_everything_is_found_out()
    {
        using var trio = await EtcdTrio.StartAsync();
        await using var store = trio.Store(trio.Trusted() with { Deadline = TimeSpan.FromSeconds(1), TryTimeout = TimeSpan.FromSeconds(0.3) });
        using var a = new LedgerSeat(store, "a");
        await a.DeclareAsync("db");
        await a.JoinAsync(TimeSpan.FromSeconds(60));
        trio.Freeze(1);
        trio.Freeze(2);
        Assert.AreEqual(WishAnswer.Unknown, await a.TakeAsync("db", 0));
        Assert.AreEqual(Answer.Unknown, await a.Ledger.RenewAsync(a.Session, a.Lease, Soon));
        Assert.IsFalse((await a.Ledger.EndAsync(a.Session + 1, Soon)).IsOk, "nobody knows whether there is such a stay");
        trio.Thaw(1);
        trio.Thaw(2);
        await EtcdTrio.Agreed(store);
        // It may have happened or not, but once at most: the next answer tells which.
        var again = await a.TakeAsync("db", 0);
        var record = (await a.ViewAsync(_ => true)).Record.Service("db")!;
        Assert.AreEqual((1L, a.Session), (record.Epoch.Value, record.Owner!.Session), $"{again}");
        Assert.AreNotEqual(WishAnswer.Unknown, again);
        Assert.AreEqual(Answer.Yes, await a.Ledger.RenewAsync(a.Session, a.Lease, Soon));
    }

    [TestMethod]
    public async Task A_node_that_renews_stays_live_whatever_leaders_do()
    {
        using var trio = await EtcdTrio.StartAsync();
        await using var store = trio.Store();
        await using var other = trio.Store();
        using var a = new LedgerSeat(store, "a");
        using var b = new LedgerSeat(other, "b");
        await b.DeclareAsync("db");
        await a.JoinAsync(Lease);
        await b.JoinAsync(TimeSpan.FromSeconds(60));
        await a.TakeAsync("db", 0);
        await using var follow = b.Follow();
        await follow.UntilAsync(view => view.Live.ContainsKey("a"));
        using var stop = new CancellationTokenSource();
        var renewing = Task.Run(() => RenewAsync(a, stop.Token));
        var taking = Task.Run(() => TakeAsync(b, a, stop.Token));

        // Frozen for longer than the lease: the leader wakes up with leases that it thinks have ended.
        var leader = await trio.LeaderAsync(other);
        trio.Freeze(leader);
        await Task.Delay(Lease + TimeSpan.FromSeconds(2));
        trio.Thaw(leader);
        await Task.Delay(TimeSpan.FromSeconds(2));
        await stop.CancelAsync();
        var longest = await renewing;
        var refused = await taking;
        Assert.IsGreaterThan(10, refused, "it was tried");
        Console.WriteLine($"longest time between renewals {longest.TotalSeconds:0.00} s, takeovers refused {refused}");
        Assert.IsLessThan(Lease, longest, "there was a majority all the time");
        var owner = (await b.ViewAsync(_ => true)).Record.Service("db")!.Owner!;
        Assert.AreEqual((a.Node, ProofKind.FirstWriter), (owner.Node, owner.Proof.Kind));
    }

    [TestMethod]
    public async Task Racing_ledgers_never_both_have_a_service_while_leaders_die()
    {
        using var trio = await EtcdTrio.StartAsync();
        await using var store = trio.Store();
        await using var other = trio.Store();
        using var a = new LedgerSeat(store, "a");
        using var b = new LedgerSeat(other, "b");
        await a.DeclareAsync("db");
        await a.JoinAsync(TimeSpan.FromSeconds(60));
        await b.JoinAsync(TimeSpan.FromSeconds(60));
        using var stop = new CancellationTokenSource();
        var both = Task.WhenAll(Task.Run(() => SwapAsync(a, stop.Token)), Task.Run(() => SwapAsync(b, stop.Token)));
        await Task.Delay(500);
        var leader = await trio.LeaderAsync(store);
        trio.Kill(leader);
        await Task.Delay(3000);
        trio.Start(leader);
        await Task.Delay(1000);
        leader = await trio.LeaderAsync(store);
        trio.Freeze(leader);
        await Task.Delay(4000);
        trio.Thaw(leader);
        await Task.Delay(1000);
        await stop.CancelAsync();
        var taken = (await both).SelectMany(epochs => epochs).ToList();
        var last = (await a.ViewAsync(_ => true)).Record.Service("db")!.Epoch.Value;
        Console.WriteLine($"{taken.Count} takeovers, {last} epochs");
        // How many fit into the time is the machine's business.
        Assert.IsGreaterThan(5, taken.Count);
        Assert.HasCount(taken.Count, taken.Distinct().ToList(), "an epoch that was given twice");
        Assert.IsGreaterThanOrEqualTo(taken.Count, last, "an epoch that was given and lost");
    }

    [TestMethod]
    public async Task Two_hundred_renewals_and_wishes_in_a_row_all_succeed()
    {
        using var trio = await EtcdTrio.StartAsync();
        await using var store = trio.Store();
        using var a = new LedgerSeat(store, "a");
        await a.JoinAsync(TimeSpan.FromSeconds(60));
        var renewals = await MeasureAsync(async _ => Assert.AreEqual(Answer.Yes, await a.Ledger.RenewAsync(a.Session, a.Lease, Soon)));
        var wishes = await MeasureAsync(async number => Assert.AreEqual(WishAnswer.Done, await a.AskAsync(new Wish.Order(Orders.Disarm, "", $"{number}"))));
        await using var follow = a.Follow();
        var views = await MeasureAsync(async number =>
        {
            await a.AskAsync(new Wish.Order(Orders.Arm, "", $"seen {number}"));
            await follow.UntilAsync(view => view.Record.Arm.Reason == $"seen {number}");
        });
        Console.WriteLine($"ms, p50 and p99: renewal {renewals}, wish {wishes}, wish until seen {views}");
    }

    private static async Task<(double P50, double P99)> MeasureAsync(Func<int, Task> act)
    {
        var took = new List<double>();
        for (var number = 0; number < 200; number++)
        {
            var from = Stopwatch.GetTimestamp();
            await act(number);
            took.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        }

        took.Sort();
        return (Math.Round(took[100], 1), Math.Round(took[198], 1));
    }

    private static async Task<TimeSpan> RenewAsync(LedgerSeat seat, CancellationToken stop)
    {
        var (last, longest) = (Stopwatch.GetTimestamp(), TimeSpan.Zero);
        while (!stop.IsCancellationRequested)
        {
            var asked = Stopwatch.GetTimestamp();
            var answer = await seat.Ledger.RenewAsync(seat.Session, seat.Lease, Soon);
            if (answer == Answer.No)
            {
                // The store ended it all the same: the node would let go now.
                break;
            }

            if (answer == Answer.Yes)
            {
                longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, Stopwatch.GetElapsedTime(last, asked).Ticks));
                last = asked;
            }

            await Task.Delay(200);
        }

        return longest;
    }

    private static async Task<int> TakeAsync(LedgerSeat seat, LedgerSeat owner, CancellationToken stop)
    {
        for (var refused = 0; ; refused++)
        {
            if (stop.IsCancellationRequested)
            {
                return refused;
            }

            Assert.AreNotEqual(WishAnswer.Done, await seat.TakeAsync("db", 1), $"{owner.Node} may still write");
            await Task.Delay(50);
        }
    }

    /// <summary>Takes and lets go as often as it can; gives the epochs it had.</summary>
    private static async Task<IReadOnlyList<long>> SwapAsync(LedgerSeat seat, CancellationToken stop)
    {
        var had = new List<long>();
        while (!stop.IsCancellationRequested)
        {
            var view = await seat.ViewAsync(_ => true);
            var service = view.Record.Service("db")!;
            if (service.Owner is { } owner && owner.Node == seat.Node)
            {
                if (!had.Contains(owner.Epoch.Value))
                {
                    had.Add(owner.Epoch.Value);
                }

                await seat.AskAsync(new Wish.Release("db", owner.Epoch, null, null, null, IsKeptFirmly: false, ""));
            }
            else if (service.Owner is null && await seat.TakeAsync("db", service.Epoch.Value) == WishAnswer.Done)
            {
                had.Add(service.Epoch.Value + 1);
            }
        }

        return had;
    }
}
