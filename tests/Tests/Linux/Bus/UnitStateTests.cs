using NodeAgent.Linux.Bus;

namespace NodeAgent.Tests.Linux.Bus;

[TestClass]
public sealed class UnitStateTests
{
    [TestMethod]
    [DataRow("running", false)]
    [DataRow("freezing", true)]
    [DataRow("frozen", true)]
    [DataRow("thawing", false)]
    [DataRow("", false)]
    public void A_unit_that_will_stand_still_when_its_disk_answers_counts_as_frozen(string freezer, bool isFrozen) =>
        Assert.AreEqual(isFrozen, new UnitState("web.service", "loaded", "active", "running", "", freezer).IsFrozen);
}
