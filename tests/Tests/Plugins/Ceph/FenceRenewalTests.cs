using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend;
using NodeAgent.Plugins.CephBackend.Roles;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>When entries of old clients are made anew.</summary>
[TestClass]
public sealed class FenceRenewalTests
{
    [TestMethod]
    public void Entries_are_looked_after_soon_after_the_start_and_then_at_their_interval()
    {
        var time = new Noting();
        var options = new Dictionary<string, string> { ["pool"] = "hot", ["open"] = "library", ["fence-hours"] = "24" };
        var context = new BackendContext(new BackendId("ceph"), new NodeId("n1"), options, "/nowhere", null!, time, null!);
        using var gate = new UnitGate(context, CephOptions.From(context).Value);
        time.Timers.Clear();
        using var renewal = new FenceRenewal(gate);
        Assert.AreEqual((TimeSpan.FromMinutes(1), TimeSpan.FromHours(6)), time.Timers.Single());
    }

    private sealed class Noting : TimeProvider
    {
        public List<(TimeSpan Due, TimeSpan Period)> Timers { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Timers.Add((dueTime, period));
            return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
