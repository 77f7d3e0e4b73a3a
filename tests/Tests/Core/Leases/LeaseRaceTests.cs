using NodeAgent.Core.Leases;

namespace NodeAgent.Tests.Core.Leases;

/// <summary>
/// A holder, its guard, its watchdog and the store, with clocks that err, lost and late answers and stalls of any length:
/// whenever the store lets a survivor begin, the holder must be unable to write.
/// </summary>
[TestClass]
public sealed class LeaseRaceTests
{
    private const int Seeds = 3000;
    private static readonly Timings Four = Timings.Compute(TimingChoice.Of(TimingChoice.DefaultStall)).Value;

    public static IEnumerable<object[]> Mistakes =>
    [
        ["the lease is as long as the reset takes, without the guard's part", new Mistake(Four with { Lease = Four.Demote + Four.Choice.Device })],
        ["the holder counts from the answer", new Mistake(Four) { CountsFromAnswer = true }],
        ["the guard feeds while it hears anything", new Mistake(Four) { GuardIgnoresDeadline = true }],
        ["the device takes a minute and nobody knows", new Mistake(Four) { DeviceSeconds = 60 }],
        ["the wall clock is believed", new Mistake(Four) { ClockError = 0.3 }],
    ];

    [TestMethod]
    public void Nobody_may_begin_while_the_holder_can_write()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            Assert.IsNull(new LeaseRace(seed, new Mistake(Four)).Run(), $"seed {seed}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Mistakes))]
    public void A_mistake_is_caught(string name, object mistake) =>
        Assert.IsTrue(Enumerable.Range(1, Seeds).Any(seed => new LeaseRace(seed, (Mistake)mistake).Run() is not null), name);
}
