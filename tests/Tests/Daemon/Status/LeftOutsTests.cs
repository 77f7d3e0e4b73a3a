using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Tests.Daemon.Status;

/// <summary>What n3 holds of a unit that n1 writes, or wrote, and n3 is no copy of.</summary>
[TestClass]
public sealed class LeftOutsTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(1);
    private static readonly UnitRecord Old = new(
        new UnitId(new BackendId("dir"), "db"), new NodeId("n1"), new Epoch(1), 7, [new NodeId("n2"), new NodeId("n3")], TimeSpan.FromSeconds(10), 2, 3, IsPaused: false) { Life = "first" };

    [TestMethod]
    public void A_copy_that_was_left_out_is_a_note_and_no_problem()
    {
        var status = Shown(Old with { Revision = 8, Copies = [new NodeId("n2")] }, Old);
        var unit = status.Units.Single();
        Assert.AreEqual((HealthLevel.Ok, "n2"), (status.Verdict, string.Join(' ', unit.Copies.Select(copy => copy.Node))), string.Join("; ", status.Problems));
        Assert.AreEqual((new NodeId("n3"), "nodeagent replication remove dir:db --peer n3, on n1"), (unit.LeftOut.Single().Node, unit.LeftOut.Single().NextStep));
    }

    [TestMethod]
    public void What_the_writer_says_counts_where_another_knows_the_same_revision() =>
        Assert.AreEqual("n3", Shown(Old with { Copies = [new NodeId("n2")] }, Old).Units.Single().LeftOut.Single().Node.Value);

    [TestMethod]
    public void A_unit_of_which_its_writer_knows_nothing_says_how_to_be_rid_of_it()
    {
        var status = Shown(null, Old);
        Assert.IsTrue(status.Units.Single().IsForgotten);
        StringAssert.Contains(status.Problems.Single().Text, "n1, its writer, has no record of it, and n3 still holds its data");
        StringAssert.Contains(status.Problems.Single().NextStep, "'nodeagent unit adopt db', on n1");
        Assert.AreEqual("nodeagent replication remove dir:db --peer n3, on n3", status.Units.Single().LeftOut.Single().NextStep);
        Assert.IsFalse(Shown(null, Old, age: 5).Units.Single().IsForgotten, "it may just have been made");
    }

    [TestMethod]
    public void What_is_left_of_an_earlier_life_does_not_speak_for_the_unit()
    {
        var unit = Shown(Old with { Revision = 1, Life = "second", Copies = [new NodeId("n2")] }, Old with { Epoch = new Epoch(4) }).Units.Single();
        Assert.AreEqual((new Epoch(1), "n2"), (unit.Epoch, string.Join(' ', unit.Copies.Select(copy => copy.Node))));
        Assert.AreEqual(("of an earlier unit of that name", "nodeagent replication remove dir:db --peer n3, on n3"), (unit.LeftOut.Single().Why, unit.LeftOut.Single().NextStep));
    }

    private static ClusterStatus Shown(UnitRecord? writer, UnitRecord holder, int age = 400)
    {
        var one = Report("n1", writer is null ? null : new UnitReport(writer, Role.Writer, [], [Copy("n2", 1)], null));
        var three = Report("n3", new UnitReport(holder, Role.Reader, [], [Copy("n3", age)], null));
        return StatusMerge.Merge("c", one, [new PeerView(three.Node, Answer.Yes, Now, [], three)], [], Now);
    }

    private static NodeReport Report(string node, UnitReport? unit) => new(new NodeId(node), "1", Now, null, [], unit is null ? [] : ImmutableArray.Create(unit), 0);

    private static CopyLine Copy(string node, int age) =>
        new(new NodeId(node), CopyState.InSync, "na-1-7", Now.AddSeconds(-age), LossConfidence.UpperBound, "read back", null, null);
}
