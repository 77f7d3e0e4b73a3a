using NodeAgent.Contract;
using NodeAgent.Linux.Clocks;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Linux.Clocks;

[TestClass]
public sealed class BootClockTests
{
    [TestMethod]
    public void It_counts_since_boot()
    {
        var uptime = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0]);
        Assert.AreEqual(uptime, new BootClock(new BootTimeProvider()).Now.Nanoseconds / 1e9, 5);
    }

    [TestMethod]
    public void It_never_goes_back()
    {
        var clock = new BootClock(new BootTimeProvider());
        var last = clock.Now;
        for (var i = 0; i < 10_000; i++)
        {
            var now = clock.Now;
            Assert.IsTrue(now >= last);
            last = now;
        }
    }

    [TestMethod]
    public void Elapsed_time_of_the_provider_is_right()
    {
        var time = new BootTimeProvider();
        Assert.AreEqual(TimeSpan.FromSeconds(2), time.GetElapsedTime(1_000_000_000, 3_000_000_000));
    }

    [TestMethod]
    public void A_clock_of_another_frequency_is_converted_exactly()
    {
        var manual = new ManualTimeProvider();
        var clock = new BootClock(manual);
        var before = clock.Now;
        manual.Advance(TimeSpan.FromDays(3650.5) + TimeSpan.FromTicks(1));
        Assert.AreEqual(before.Add(TimeSpan.FromDays(3650.5) + TimeSpan.FromTicks(1)), clock.Now);
    }

    [TestMethod]
    public void Until_tells_what_is_left_and_what_is_past()
    {
        var manual = new ManualTimeProvider();
        var clock = new BootClock(manual);
        var deadline = clock.Now.Add(TimeSpan.FromSeconds(3));
        manual.Advance(TimeSpan.FromSeconds(1));
        Assert.AreEqual(TimeSpan.FromSeconds(2), clock.Until(deadline));
        manual.Advance(TimeSpan.FromSeconds(4));
        Assert.AreEqual(TimeSpan.FromSeconds(-2), clock.Until(deadline));
        Assert.AreEqual(TimeSpan.MaxValue, clock.Until(Instant.Never));
    }

    [TestMethod]
    public void The_boot_has_one_identity()
    {
        var first = BootIdentity.Read().Value;
        Assert.AreNotEqual(Guid.Empty, first);
        Assert.AreEqual(first, BootIdentity.Read().Value);
    }

    [TestMethod]
    public void A_boot_identity_that_is_none_is_a_fault()
    {
        using var folder = new TempFolder();
        Assert.AreEqual(FaultCode.NotFound, BootIdentity.Read(folder["missing"]).Fault?.Code);
        File.WriteAllText(folder["odd"], "not an identity");
        Assert.AreEqual(FaultCode.Unparseable, BootIdentity.Read(folder["odd"]).Fault?.Code);
    }
}
