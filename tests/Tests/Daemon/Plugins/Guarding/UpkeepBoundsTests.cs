using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins.Guarding;

namespace NodeAgent.Tests.Daemon.Plugins.Guarding;

[TestClass]
public sealed class UpkeepBoundsTests
{
    private static readonly BackendId Backend = new("mirror");
    private static readonly NodeId N1 = new("n1");
    private static readonly UpkeepReport Good = new(new UnitId(Backend, "tank"), DateTimeOffset.UnixEpoch)
    {
        Certified = new Dictionary<NodeId, bool> { [N1] = true },
        Legs = [.. Enumerable.Range(0, UpkeepReport.MostLegs).Select(index => new CopyLeg(N1, $"{index}", CopyState.InSync))],
        Paths = [.. Enumerable.Range(0, UpkeepReport.MostPaths).Select(index => new CopyPath($"{index}", "1", IsUp: true))],
        Resync = new CopyResync(N1, 0, null),
    };

    private static readonly CopyLeg Leg = new(N1, "0", CopyState.InSync);
    private static readonly CopyPath Path = new("0", "1", IsUp: true);

    public static IEnumerable<object[]> Unbounded() => new (string What, UpkeepReport Report)[]
    {
        ("another backend's unit", Good with { Unit = new UnitId(new BackendId("zfs"), "tank") }),
        ("more than 64 legs", Good with { Legs = [.. Good.Legs, Leg with { Name = "x" }] }),
        ("more than 64 paths", Good with { Paths = [.. Good.Paths, Path with { Network = "2" }] }),
        ("more than 16 copies", Good with { Certified = Enumerable.Range(0, 17).ToDictionary(index => new NodeId($"n{index}"), _ => true) }),
        ("cannot be a name", Good with { Legs = [Leg with { Name = "/dev/sda 12:03:04" }] }),
        ("cannot be a name", Good with { Legs = [Leg with { Node = default }] }),
        ("cannot be a name", Good with { Paths = [Path with { Leg = "" }] }),
        ("cannot be a name", Good with { Paths = [Path with { Network = new string('x', 64) }] }),
        ("cannot be a name", Good with { Resync = new CopyResync(new NodeId("N 1"), 1, null) }),
        ("no known state", Good with { Legs = [Leg with { State = (CopyState)99 }] }),
        ("a leg is told twice", Good with { Legs = [Leg, Leg with { State = CopyState.Outdated }] }),
        ("a path is told twice", Good with { Paths = [Path, Path with { IsUp = false }] }),
        ("less than no time", Good with { Frozen = TimeSpan.FromSeconds(-1) }),
        ("less than no time", Good with { FrozenFor = TimeSpan.FromSeconds(-1) }),
        ("less than nothing", Good with { Resync = new CopyResync(N1, -1, null) }),
    }.Select(entry => new object[] { entry.What, entry.Report });

    [TestMethod]
    public void A_bounded_report_is_taken_as_it_is()
    {
        var taken = UpkeepBounds.Check(Backend, Outcome.Ok<IReadOnlyList<UpkeepReport>>([Good, Good with { Unit = new UnitId(Backend, "other") }]));

        Assert.IsTrue(taken.IsOk, taken.Fault?.ToString());
        Assert.HasCount(2, taken.Value);
        CollectionAssert.AreEqual(Good.Legs.ToList(), taken.Value[0].Legs.ToList());
        CollectionAssert.AreEqual(Good.Paths.ToList(), taken.Value[0].Paths.ToList());
        Assert.IsTrue(taken.Value[0].Certified[N1]);
    }

    [TestMethod]
    [DynamicData(nameof(Unbounded))]
    public void One_report_without_bounds_and_none_is_taken(string what, object report)
    {
        var good = Good with { Unit = new UnitId(Backend, "other") };

        var taken = UpkeepBounds.Check(Backend, Outcome.Ok<IReadOnlyList<UpkeepReport>>([good, (UpkeepReport)report]));

        Assert.AreEqual(FaultCode.Internal, taken.Fault?.Code);
        StringAssert.Contains(taken.Fault!.Why, what);
    }

    [TestMethod]
    public void Units_are_counted_and_told_once()
    {
        var many = Enumerable.Range(0, 129).Select(index => new UpkeepReport(new UnitId(Backend, $"u{index}"), DateTimeOffset.UnixEpoch)).ToList();

        StringAssert.Contains(UpkeepBounds.Check(Backend, many).Fault!.Why, "more than 128 units");
        StringAssert.Contains(UpkeepBounds.Check(Backend, Outcome.Ok<IReadOnlyList<UpkeepReport>>([many[0], many[0]])).Fault!.Why, "twice");
        Assert.IsTrue(UpkeepBounds.Check(Backend, many[..128]).IsOk);
    }
}
