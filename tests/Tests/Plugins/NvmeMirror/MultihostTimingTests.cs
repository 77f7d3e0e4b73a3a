using NodeAgent.Plugins.NvmeMirrorBackend.Pools;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

[TestClass]
public sealed class MultihostTimingTests
{
    [TestMethod]
    [DataRow(1000, 10, 10.0, 20.0, 25.0, 10.0)]
    [DataRow(500, 10, 5.0, 10.0, 12.5, 5.0)]
    [DataRow(250, 20, 5.0, 10.0, 12.5, 2.5)]
    [DataRow(200, 20, 4.0, 8.0, 10.0, 2.0)]
    [DataRow(250, 10, 2.5, 5.0, 6.25, 2.5)]
    [DataRow(100, 20, 2.0, 4.0, 5.0, 1.0)]
    public void Times_follow_from_the_two_settings(int interval, int fails, double suspend, double shortest, double longest, double claim)
    {
        var timing = new MultihostTiming(TimeSpan.FromMilliseconds(interval), fails);

        Assert.AreEqual((suspend, shortest, longest, claim), (timing.SuspendAfter.TotalSeconds, timing.ShortestCheck.TotalSeconds, timing.LongestCheck.TotalSeconds, timing.Claim.TotalSeconds));
    }

    [TestMethod]
    public void The_settings_in_use_are_those_the_times_of_a_takeover_rest_on()
    {
        Assert.AreEqual((4.0, 10.0), (MultihostTiming.Steady.SuspendAfter.TotalSeconds, MultihostTiming.Steady.LongestCheck.TotalSeconds));
        Assert.AreEqual(6.0, (MultihostTiming.Handover.LongestCheck + MultihostTiming.Handover.Claim).TotalSeconds);
    }
}
