using System.Collections.Immutable;
using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Core.Units;

namespace NodeAgent.Tests.Core.Units;

[TestClass]
public sealed class DeletedUnitTests
{
    private static readonly UnitId Unit = new(new BackendId("tank"), "db");
    private static readonly DeletedUnit Gone = new(Unit, "first", new Epoch(4), 7);

    [TestMethod]
    [DataRow("first", 4L, 6L, true)]
    [DataRow("first", 3L, 99L, true, DisplayName = "an older epoch is older whatever its revision")]
    [DataRow("first", 4L, 7L, false, DisplayName = "the record it was ordered with: a copy that was only thrown away is made anew with it")]
    [DataRow("first", 5L, 1L, false, DisplayName = "another node has taken the unit over since")]
    [DataRow("second", 1L, 1L, false, DisplayName = "the unit was made anew")]
    [DataRow(null, 1L, 1L, false, DisplayName = "an agent that does not say which life it is")]
    public void Only_what_was_said_of_that_life_before_its_end_is_late(string? life, long epoch, long revision, bool isLate) =>
        Assert.AreEqual(isLate, Gone.Overtakes(Record(life, epoch, revision)));

    [TestMethod]
    [DataRow("n1", 4L, 6L, true, DisplayName = "who ordered it says lives: what it says without one is from before")]
    [DataRow("n1", 5L, 1L, false, DisplayName = "later than the order")]
    [DataRow("n3", 4L, 6L, false, DisplayName = "another node may have an agent that never says one, and has made it anew")]
    public void What_says_no_life_is_late_only_from_who_ordered_it(string from, long epoch, long revision, bool isLate) =>
        Assert.AreEqual(isLate, (Gone with { Writer = new NodeId("n1") }).Overtakes(null, new NodeId(from), new Epoch(epoch), revision));

    [TestMethod]
    public void Another_unit_is_not_meant() =>
        Assert.IsFalse(Gone.Overtakes(Record("first", 1, 1) with { Unit = new UnitId(Unit.Backend, "db2") }));

    [TestMethod]
    public void What_does_not_say_its_life_leaves_nothing_to_remember() => Assert.IsNull(DeletedUnit.Of(Record(null, 4, 7)));

    [TestMethod]
    public void Only_so_many_are_remembered_the_newest_of_them_and_each_once()
    {
        ImmutableArray<DeletedUnit> all = [];
        for (var number = 0; number < DeletedUnit.Remembered + 20; number++)
        {
            all = DeletedUnit.Add(all, Gone with { Life = number.ToString(CultureInfo.InvariantCulture) });
        }

        all = DeletedUnit.Add(all, Gone with { Life = "100", Revision = 8 });

        Assert.HasCount(DeletedUnit.Remembered, all);
        Assert.AreEqual(Gone with { Life = "100", Revision = 8 }, all[^1]);
        Assert.HasCount(1, all.Where(known => known.Life == "100"));
        Assert.DoesNotContain(Gone with { Life = "19" }, all);
    }

    private static UnitRecord Record(string? life, long epoch, long revision) =>
        new(Unit, new NodeId("n1"), new Epoch(epoch), revision, [new NodeId("n2")], TimeSpan.FromSeconds(60), 2, 4, IsPaused: false) { Life = life };
}
