using NodeAgent.Contract;
using NodeAgent.Core.Replication;

namespace NodeAgent.Tests.Core.Replication;

[TestClass]
public sealed class SnapshotNameTests
{
    [TestMethod]
    public void A_name_says_epoch_and_number() =>
        Assert.AreEqual(new SnapshotName(new Epoch(3), 118), SnapshotName.Parse("na-3-118"));

    [TestMethod]
    [DataRow("daily")]
    [DataRow("na-")]
    [DataRow("na-3")]
    [DataRow("na-3-")]
    [DataRow("na-x-1")]
    [DataRow("na-3-1-2")]
    [DataRow("na--3-1")]
    [DataRow("na-3-+1")]
    [DataRow("na-3- 1")]
    [DataRow("NA-3-1")]
    [DataRow("na-3-99999999999999999999999")]
    public void Any_other_name_is_somebody_elses(string name) => Assert.IsNull(SnapshotName.Parse(name));

    [TestMethod]
    public void The_next_is_later_than_all_that_are_there_whatever_their_epoch() =>
        Assert.AreEqual("na-4-11", SnapshotName.Next(["na-3-10", "na-4-2", "manual"], new Epoch(4)).ToString());

    [TestMethod]
    public void The_first_is_number_one() => Assert.AreEqual("na-1-1", SnapshotName.Next([], new Epoch(1)).ToString());

    [TestMethod]
    public void Numbers_are_compared_as_numbers() =>
        Assert.IsLessThan(0, SnapshotName.Parse("na-1-9")!.Value.CompareTo(SnapshotName.Parse("na-1-10")!.Value));

    [TestMethod]
    public void A_name_can_be_a_name_of_the_contract() => Assert.IsTrue(Names.IsValid(new SnapshotName(new Epoch(long.MaxValue), long.MaxValue).ToString()));
}
