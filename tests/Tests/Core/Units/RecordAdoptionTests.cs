using NodeAgent.Contract;
using NodeAgent.Core.Units;

namespace NodeAgent.Tests.Core.Units;

[TestClass]
public sealed class RecordAdoptionTests
{
    private static readonly UnitId Unit = new(new BackendId("tank"), "db");
    private static readonly NodeId Self = new("n2");

    [TestMethod]
    public void A_unit_never_heard_of_is_taken_from_its_writer() => Assert.IsTrue(Decide(null, Record()).IsOk);

    [TestMethod]
    public void Nobody_speaks_for_another_writer() =>
        Assert.AreEqual(FaultCode.NotWriter, RecordAdoption.Decide(null, Record(), new NodeId("n3"), Self).Fault!.Code);

    [TestMethod]
    public void A_node_that_is_not_named_takes_nothing() =>
        Assert.AreEqual(FaultCode.PreconditionFailed, Decide(null, Record() with { Copies = [new NodeId("n3")] }).Fault!.Code);

    [TestMethod]
    public void An_older_epoch_is_refused() =>
        Assert.AreEqual(FaultCode.StaleEpoch, Decide(Record(writer: "n3", epoch: 5), Record(epoch: 4)).Fault!.Code);

    [TestMethod]
    public void Two_writers_in_one_epoch_are_refused() =>
        Assert.AreEqual(FaultCode.Diverged, Decide(Record(writer: "n3", epoch: 4), Record(epoch: 4)).Fault!.Code);

    [TestMethod]
    public void A_newer_epoch_with_another_writer_is_taken() =>
        Assert.AreEqual(new NodeId("n1"), Decide(Record(writer: "n3", epoch: 4), Record(epoch: 5)).Value.Writer);

    [TestMethod]
    public void A_newer_revision_is_taken() => Assert.AreEqual(8, Decide(Record(revision: 7), Record(revision: 8)).Value.Revision);

    [TestMethod]
    public void An_older_revision_changes_nothing() => Assert.AreEqual(7, Decide(Record(revision: 7), Record(revision: 6)).Value.Revision);

    [TestMethod]
    public void This_node_does_not_give_up_a_unit_it_writes_to_somebody_of_the_same_epoch() =>
        Assert.IsFalse(Decide(Record(writer: "n2", epoch: 4), Record(epoch: 4)).IsOk);

    [TestMethod]
    public void This_node_does_not_give_up_a_unit_it_writes_to_somebody_of_a_newer_epoch() =>
        Assert.AreEqual(FaultCode.Diverged, Decide(Record(writer: "n2", epoch: 4), Record(epoch: 5)).Fault?.Code);

    [TestMethod]
    public void A_refusal_says_what_to_do()
    {
        var fault = Decide(Record(writer: "n3", epoch: 5), Record(epoch: 4)).Fault!;
        Assert.Contains("epoch 4 is older than 5", fault.Why);
        Assert.IsNotEmpty(fault.NextStep);
    }

    [TestMethod]
    public void Records_are_equal_by_content() =>
        Assert.AreEqual(Record(), Record() with { Copies = [new NodeId("n2")] });

    [TestMethod]
    public void A_unit_that_was_made_anew_is_taken_although_its_revisions_began_anew()
    {
        var anew = Record() with { Life = "second" };

        Assert.AreEqual(anew, Decide(Record(revision: 7) with { Life = "first" }, anew).Value);
        Assert.AreEqual(7, Decide(Record(revision: 7) with { Life = "second" }, anew).Value.Revision, "of the same life it is older");
        Assert.AreEqual(7, Decide(Record(revision: 7), anew).Value.Revision, "who does not say which life it is means this one");
    }

    [TestMethod]
    public void An_agent_that_does_not_say_which_life_it_is_does_not_take_it_away() =>
        Assert.AreEqual(("first", 8L), Decide(Record(revision: 7) with { Life = "first" }, Record(revision: 8)).Value is { } taken ? (taken.Life, taken.Revision) : default);

    [TestMethod]
    public void A_grant_is_only_made_for_the_writer()
    {
        Assert.AreEqual(new Epoch(1), Grants.For(Record(), new NodeId("n1")).Value.Epoch);
        Assert.AreEqual(FaultCode.NotWriter, Grants.For(Record(), Self).Fault!.Code);
    }

    private static Outcome<UnitRecord> Decide(UnitRecord? known, UnitRecord told) => RecordAdoption.Decide(known, told, new NodeId("n1"), Self);

    private static UnitRecord Record(string writer = "n1", long epoch = 1, long revision = 1) => new(
        Unit, new NodeId(writer), new Epoch(epoch), revision, [Self], TimeSpan.FromSeconds(60), 2, 4, IsPaused: false);
}
