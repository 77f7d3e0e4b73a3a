using NodeAgent.Contract;
using NodeAgent.Core.Replication;

namespace NodeAgent.Tests.Core.Replication;

[TestClass]
public sealed class CycleTimingTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(60);

    [TestMethod]
    public void The_next_cycle_begins_one_interval_after_the_last_began() => Assert.AreEqual(At(160), Next(100, 110, 0));

    [TestMethod]
    public void A_cycle_longer_than_its_interval_is_followed_at_once() => Assert.AreEqual(At(190), Next(100, 190, 0));

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(2, 2)]
    [DataRow(3, 4)]
    [DataRow(6, 32)]
    [DataRow(7, 60)]
    [DataRow(1000, 60)]
    public void Failures_are_tried_again_soon_then_ever_later_but_never_later_than_the_interval(int failures, int pause) =>
        Assert.AreEqual(At(110 + pause), Next(100, 110, failures));

    private static Instant Next(int began, int now, int failures) => CycleTiming.Next(At(began), At(now), Interval, failures);

    private static Instant At(int seconds) => new(seconds * 1_000_000_000L);
}
