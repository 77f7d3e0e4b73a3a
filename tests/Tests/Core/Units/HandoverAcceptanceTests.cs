using NodeAgent.Contract;
using NodeAgent.Core.Units;

namespace NodeAgent.Tests.Core.Units;

[TestClass]
public sealed class HandoverAcceptanceTests
{
    private static readonly UnitId Unit = new(new BackendId("tank"), "db");
    private static readonly NodeId N1 = new("n1");
    private static readonly NodeId N2 = new("n2");
    private static readonly NodeId N3 = new("n3");

    private static UnitRecord Known => new(Unit, N1, new Epoch(4), 7, [N2, N3], TimeSpan.FromSeconds(30), 2, 3, IsPaused: false);

    private static UnitRecord Told => Handover.Passed(Known, N2);

    [TestMethod]
    public void The_writer_of_the_epoch_before_is_believed() => Assert.AreEqual(Told, Decide(Known, Told, N1).Value);

    [TestMethod]
    public void The_same_letter_again_changes_nothing()
    {
        var since = Told with { Revision = 9 };
        Assert.AreSame(since, Decide(since, Told, N1).Value);
    }

    [TestMethod]
    public void A_letter_that_was_overtaken_changes_nothing()
    {
        var later = Known with { Epoch = new Epoch(6), Writer = N3, Copies = [N1, N2] };
        Assert.AreSame(later, Decide(later, Told, N1).Value);
    }

    [TestMethod]
    public void A_unit_that_was_deleted_and_made_anew_is_not_taken_over_by_a_letter_of_before()
    {
        Assert.AreEqual(FaultCode.StaleEpoch, Decide(Known with { Life = "second" }, Told with { Life = "first" }, N1).Fault?.Code);
        Assert.AreEqual("second", Decide(Known with { Life = "second" }, Told, N1).Value.Life, "an older agent passes it on without saying it");
    }

    [TestMethod]
    public void One_that_is_not_the_writer_passes_nothing_on() =>
        Assert.AreEqual(FaultCode.StaleEpoch, Decide(Known, Handover.Passed(Known with { Writer = N3, Copies = [N1, N2] }, N2), N3).Fault?.Code);

    [TestMethod]
    public void An_epoch_that_does_not_follow_is_refused() =>
        Assert.AreEqual(FaultCode.StaleEpoch, Decide(Known, Told with { Epoch = new Epoch(6) }, N1).Fault?.Code);

    [TestMethod]
    public void A_unit_never_heard_of_is_not_taken_over() => Assert.AreEqual(FaultCode.PreconditionFailed, Decide(null, Told, N1).Fault?.Code);

    [TestMethod]
    public void A_letter_for_another_node_is_refused()
    {
        Assert.AreEqual(FaultCode.InvalidArgument, Decide(Known, Told with { Writer = N3 }, N1).Fault?.Code);
        Assert.AreEqual(FaultCode.InvalidArgument, Decide(Known, Told with { Copies = [N3] }, N1).Fault?.Code);
    }

    [TestMethod]
    [DataRow("s2", "g", true)]
    [DataRow("s1", "g", false)]
    [DataRow("s2", "h", false)]
    public void Only_the_very_snapshot_is_fit(string whole, string guid, bool isFit)
    {
        var copy = new CopyHistory(Unit, Role.Reader, new Epoch(4),
            [new VolumeHistory("data", [new("s1", "f", 1, default, false), new("s2", guid, 2, default, false)], null, Answer.Unknown)]);
        var unfit = HandoverAcceptance.Unfit(Told, "s2", new Dictionary<string, string> { ["data"] = "g" }, copy, whole);
        Assert.AreEqual(isFit, unfit is null, unfit?.ToString());
        Assert.IsNotNull(HandoverAcceptance.Unfit(Told, "s2", new Dictionary<string, string> { ["data"] = "g", ["wal"] = "g" }, copy, whole));
    }

    private static Outcome<UnitRecord> Decide(UnitRecord? known, UnitRecord told, NodeId from) =>
        HandoverAcceptance.Decide(known, told, from, N2);
}
