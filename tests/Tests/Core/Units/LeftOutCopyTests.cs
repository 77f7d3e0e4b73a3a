using NodeAgent.Contract;
using NodeAgent.Core.Units;

namespace NodeAgent.Tests.Core.Units;

/// <summary>n1 writes, n2 is a copy, n3 was left out.</summary>
[TestClass]
public sealed class LeftOutCopyTests
{
    private static readonly NodeId N1 = new("n1");
    private static readonly NodeId N2 = new("n2");
    private static readonly NodeId N3 = new("n3");
    private static readonly UnitRecord Own = new(
        new UnitId(new BackendId("tank"), "db"), N1, new Epoch(3), 5, [N2], TimeSpan.FromSeconds(60), 2, 3, IsPaused: false) { Life = "first" };

    [TestMethod]
    public void A_writer_has_what_is_older_removed() =>
        Assert.IsNull(LeftOutCopy.Forbids(Own, N3, Own with { Epoch = new Epoch(2), Writer = N2, Copies = [N1, N3] }));

    [TestMethod]
    public void And_nothing_of_a_copy_of_a_writer_of_another_life_or_of_a_later_epoch()
    {
        Assert.AreEqual(FaultCode.PreconditionFailed, LeftOutCopy.Forbids(Own, N2, Own)?.Code);
        Assert.AreEqual(FaultCode.Diverged, LeftOutCopy.Forbids(Own, N3, Own with { Writer = N3, Epoch = new Epoch(2) })?.Code);
        Assert.AreEqual(FaultCode.PreconditionFailed, LeftOutCopy.Forbids(Own, N3, Own with { Life = "second" })?.Code);
        Assert.AreEqual(FaultCode.StaleEpoch, LeftOutCopy.Forbids(Own, N3, Own with { Epoch = new Epoch(4) })?.Code);
    }

    [TestMethod]
    public void A_holder_removes_what_nobody_writes() => Assert.IsNull(Held(n1: null, n2: Own));

    [TestMethod]
    public void A_unit_that_is_on_its_way_from_one_writer_to_another_is_not_gone() =>
        Assert.AreEqual(FaultCode.NotWriter, Held(n1: Own with { Writer = N2, Epoch = new Epoch(4) }, n2: Own)?.Code);

    [TestMethod]
    public void Nor_one_that_came_to_another_writer_since() =>
        Assert.AreEqual("Give the command on n2.", Held(n1: null, n2: Own with { Writer = N2, Epoch = new Epoch(4) })?.NextStep);

    [TestMethod]
    public void Nor_one_that_this_node_writes() => Assert.AreEqual(FaultCode.NotWriter, Held(n1: null, n2: null, here: Own with { Writer = N3 })?.Code);

    [TestMethod]
    public void Another_life_is_another_unit() => Assert.IsNull(Held(n1: Own with { Life = "second" }, n2: null));

    [TestMethod]
    public void A_member_that_cannot_tell_forbids_it()
    {
        var silent = new Fault(FaultCode.PeerUnavailable, "cannot ask n2", "no path works", "Wait.", Retry.Later);
        Assert.AreEqual(silent, LeftOutCopy.Forbids(Own, N3, new Dictionary<NodeId, Outcome<UnitRecord?>> { [N1] = Outcome.Ok<UnitRecord?>(null), [N2] = silent }));
    }

    [TestMethod]
    [DataRow("two", Answer.No, "two", true)]
    [DataRow("two", Answer.Yes, "two", false)]
    [DataRow("two", Answer.Unknown, "two", false)]
    [DataRow("other", Answer.No, "two", false)]
    public void Only_identity_proves_that_the_writer_has_all_of_it(string there, Answer changed, string here, bool isProven) =>
        Assert.AreEqual(isProven, LeftOutCopy.OnlyThere(History(here, Answer.Yes), History(there, changed)) is null);

    private static Fault? Held(UnitRecord? n1, UnitRecord? n2, UnitRecord? here = null) => LeftOutCopy.Forbids(
        here ?? Own, N3, new Dictionary<NodeId, Outcome<UnitRecord?>> { [N1] = Outcome.Ok(n1), [N2] = Outcome.Ok(n2) });

    private static CopyHistory History(string newest, Answer changed) => new(
        Own.Unit, Role.Reader, Own.Epoch,
        [new VolumeHistory("data", [new HistoryPoint("na-1", "one", 1, DateTimeOffset.UnixEpoch, false), new HistoryPoint("na-2", newest, 2, DateTimeOffset.UnixEpoch, false)], null, changed)]);
}
