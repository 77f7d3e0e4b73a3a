using FsCheck;
using FsCheck.Fluent;

using NodeAgent.Cluster.Files;
using NodeAgent.Cluster.Ledger;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Cluster.Ledger;

/// <summary>The ledger does what the rules say of a store that is only a value: whatever is wished, in whatever order.</summary>
[TestClass]
public sealed class LedgerAgreementTests
{
    private static readonly string[] Nodes = ["a", "b", "c"];
    private static readonly TimeSpan Lease = TimeSpan.FromHours(1);

    [TestMethod]
    public void Rules_and_ledger_agree_on_every_answer_and_on_the_record() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(60),
        Prop.ForAll(Moves().ToArbitrary(), moves =>
        {
            AgreeAsync(moves).GetAwaiter().GetResult();
            return true;
        }));

    private static async Task AgreeAsync(IEnumerable<Move> moves)
    {
        using var folder = TempFolder.InMemory();
        var time = new ManualTimeProvider();
        await using var store = FileStore.Open(folder["store"], time).Value;
        var seats = Nodes.ToDictionary(name => name, name => new LedgerSeat(store, name, null, time), StringComparer.Ordinal);
        var model = ClusterView.Empty with { Record = ClusterRecord.Empty.With(Service("db")).With(Service("web")) };
        Assert.AreEqual(WishAnswer.Done, await seats["a"].Ledger.DeclareAsync([Service("db").Policy, Service("web").Policy], default));
        foreach (var move in moves)
        {
            model = await move(seats, model, time);
        }

        var view = await seats["a"].ViewAsync(_ => true);
        Assert.AreEqual(ClusterRecordJson.Write(model.Record), ClusterRecordJson.Write(view.Record));
        CollectionAssert.AreEqual(model.Live.ToList(), view.Live.ToList());
        foreach (var seat in seats.Values)
        {
            seat.Dispose();
        }
    }

    private static ServiceRecord Service(string name) => new(new ServicePolicy(name, [.. Nodes.Select(node => new NodeId(node))]));

    private static async Task<ClusterView> JoinAsync(LedgerSeat seat, ClusterView model, bool isLate)
    {
        var wish = new Wish.Join($"boot-{seat.Node}", IsAttested: true, (model.Record.Member(seat.Node)?.Session ?? 0) - (isLate ? 1 : 0), 1);
        var joined = await seat.JoinAsync(wish, Lease);
        var record = WishRules.Apply(model, wish, seat.Node, seat.Session, 1);
        Assert.AreEqual(record is not null, joined, $"{seat.Node}: {wish}");
        return record is null ? model : model with
        {
            Record = record,
            Live = model.Live.SetItem(seat.Node.Value, seat.Session),
            Present = model.Present.Add(seat.Node.Value),
        };
    }

    private static async Task<ClusterView> EndAsync(LedgerSeat seat, ClusterView model)
    {
        var lasts = model.IsLive(seat.Node, seat.Session);
        Assert.IsTrue((await seat.Ledger.EndAsync(seat.Session, default)).IsOk);
        return lasts ? model with { Live = model.Live.Remove(seat.Node.Value), Present = model.Present.Remove(seat.Node.Value) } : model;
    }

    private static async Task<ClusterView> RenewAsync(LedgerSeat seat, ClusterView model)
    {
        var lasts = model.IsLive(seat.Node, seat.Session);
        Assert.AreEqual(lasts ? Answer.Yes : Answer.No, await seat.Ledger.RenewAsync(seat.Session, seat.Lease, default));
        return lasts ? model with { Present = model.Present.Add(seat.Node.Value) } : model;
    }

    private static async Task<ClusterView> AskAsync(LedgerSeat seat, ClusterView model, Wish wish)
    {
        var expected = WishRules.Apply(model, wish, seat.Node, seat.Session, 1);
        Assert.AreEqual(expected is null ? WishAnswer.Refused : WishAnswer.Done, await seat.AskAsync(wish), $"{seat.Node}: {wish}");
        return expected is null ? model : model with { Record = expected };
    }

    private static Gen<List<Move>> Moves() => Gen.Frequency(
        (4, Seat((seat, model, _) => JoinAsync(seat, model, isLate: false))),
        (1, Seat((seat, model, _) => JoinAsync(seat, model, isLate: true))),
        (1, Seat((seat, model, _) => EndAsync(seat, model))),
        (2, Seat((seat, model, _) => RenewAsync(seat, model))),
        (2, Gen.Constant<Move>((_, model, time) =>
        {
            time.Advance(TimeSpan.FromSeconds(2.5));
            return Task.FromResult(model with { Present = model.Present.Clear() });
        })),
        (16, Asks())).ListOf().Select(moves => moves.ToList());

    private static Gen<Move> Asks() =>
        from name in Gen.Elements("db", "web", "none")
        from other in Gen.Elements(Nodes)
        from number in Gen.Choose(0, 3)
        from session in Gen.Choose(1, 6)
        from what in Gen.Elements(Enum.GetValues<Orders>())
        from kind in Gen.Choose(0, 11)
        from move in Seat((seat, model, _) => AskAsync(seat, model, Wished(model, kind, name, other, number, session, what)))
        select move;

    private static Wish Wished(ClusterView model, int kind, string name, string other, int number, int session, Orders what)
    {
        // Mostly about what is there; sometimes about what was.
        var epoch = number == 0 ? new Epoch(session) : model.Record.Service(name)?.Epoch ?? Epoch.None;
        var node = new NodeId(other);
        var stay = number == 0 ? session : model.Record.Member(node)?.Session ?? 0;
        return kind switch
        {
            0 => new Wish.NoteWatchdog(number != 1),
            1 => new Wish.Leave(),
            2 => new Wish.Publish(name, epoch, (ServicePhase)number, $"so {number}"),
            3 => new Wish.Release(name, epoch, number == 1 ? Offer.Head(epoch) : null, number == 2 ? "broke" : null, number == 3 ? node : null, session == 2, "done"),
            4 => new Wish.Forgive(name, epoch),
            5 => new Wish.BeginFence(node, stay),
            6 => new Wish.EndFence(node, stay, number == 1 ? null : new(ProofKind.PowerOff, "off")),
            7 or 8 => new Wish.Order(what, what is Orders.Drain or Orders.Undrain or Orders.ConfirmDead ? other : name, $"why {number}", number == 1 ? null : node),
            _ => new Wish.Take(name, epoch, TimeSpan.FromSeconds(number)),
        };
    }

    private static Gen<Move> Seat(Func<LedgerSeat, ClusterView, ManualTimeProvider, Task<ClusterView>> act) =>
        Gen.Elements(Nodes).Select<string, Move>(name => (seats, model, time) => act(seats[name], model, time));

    private delegate Task<ClusterView> Move(IReadOnlyDictionary<string, LedgerSeat> seats, ClusterView model, ManualTimeProvider time);
}
