using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Guard.Serving;

namespace NodeAgent.Tests.Core.Leases;

[TestClass]
public sealed class TimingsTests
{
    [TestMethod]
    [DataRow(4.0, 0.5, 3.0, 4.0, 5.0, 9.5, 10.0)]
    [DataRow(2.0, 0.25, 1.5, 2.0, 2.5, 5.0, 6.0)]
    public void The_designs_table_comes_out(double stall, double renew, double freeze, double demote, double guard, double reset, double lease)
    {
        var timings = Of(stall, stall).Value;
        double[] expected = [renew, freeze, demote, guard, reset, lease];
        double[] found =
        [
            timings.RenewEvery.TotalSeconds, timings.Freeze.TotalSeconds, timings.Demote.TotalSeconds,
            timings.GuardStop.TotalSeconds, timings.Reset.TotalSeconds, timings.Lease.TotalSeconds,
        ];
        CollectionAssert.AreEqual(expected, found);
    }

    [TestMethod]
    [DataRow(4.0, 120.0, 90.0)]
    [DataRow(24.0, 120.0, 90.0)]
    [DataRow(25.0, 120.0, 88.0)]
    [DataRow(60.0, 120.0, 45.0)]
    [DataRow(60.0, 100.0, null)]
    public void The_lease_of_an_agent_that_is_replaced_is_made_no_longer_than_the_guard_believes(double stall, double longest, double? within) =>
        Assert.AreEqual(within, Of(stall, stall).Value.ReplacedWithin(TimeSpan.FromSeconds(longest))?.TotalSeconds);

    [TestMethod]
    public void What_is_taken_for_the_guard_s_default_is_its_default() =>
        Assert.AreEqual(Timings.UsualLongestLease.TotalSeconds, GuardOptions.Parse([]).LongestLease);

    [TestMethod]
    public void Every_choice_that_is_taken_keeps_every_rule()
    {
        var taken = 0;
        for (var stall = 1.0; stall <= 60; stall += 0.5)
        {
            for (var device = 1.0; device <= 80; device += 1)
            {
                var timings = Of(stall, device);
                if (timings.IsOk)
                {
                    taken++;
                    Assert.IsTrue(timings.Value.Rules.All(rule => rule.Holds), $"S {stall} device {device}");
                    Assert.IsLessThan(timings.Value.ShortestWait, timings.Value.LongestLife, $"S {stall} device {device}");
                }
            }
        }

        Assert.IsGreaterThan(1000, taken);
    }

    [TestMethod]
    public void The_fixed_minute_of_Proxmox_is_taken_and_makes_the_lease_long()
    {
        var timings = Of(4, 70).Value;
        Assert.IsGreaterThan(TimeSpan.FromSeconds(75), timings.Lease);
    }

    [TestMethod]
    [DataRow(4.0, 0.5, "the watchdog outlasts")]
    [DataRow(4.0, 300.0, "within four stall tolerances")]
    [DataRow(0.5, 4.0, "from 1 s to 60 s")]
    [DataRow(4.0, 0.0, "longer than nothing")]
    public void What_cannot_be_safe_is_refused_and_says_which_rule(double stall, double device, string named)
    {
        var refused = Of(stall, device).Fault;
        Assert.AreEqual(FaultCode.InvalidArgument, refused!.Code);
        StringAssert.Contains(refused.Why, named);
        Assert.AreNotEqual("", refused.NextStep);
    }

    [TestMethod]
    public void A_lease_shorter_than_the_computed_one_is_refused()
    {
        var timings = Of(4, 4).Value;
        var refused = timings.WithLease(timings.Lease - TimeSpan.FromSeconds(1)).Fault;
        StringAssert.Contains(refused!.Why, "two nodes could write one unit");
        Assert.IsTrue(timings.WithLease(timings.Lease + TimeSpan.FromSeconds(1)).IsOk);
    }

    private static Outcome<Timings> Of(double stall, double device) =>
        Timings.Compute(new TimingChoice(TimeSpan.FromSeconds(stall), TimeSpan.FromSeconds(device)));
}
