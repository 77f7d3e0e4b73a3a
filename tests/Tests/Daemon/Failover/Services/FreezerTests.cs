using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Failover.Services;
using NodeAgent.Daemon.Units;
using NodeAgent.Linux.Services;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover.Services;

/// <summary>What stands still goes on only under a lease that is held, and a freeze that began later has the last word.</summary>
[TestClass]
public sealed class FreezerTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly ManualTimeProvider time = new();
    private bool mayWrite = true;

    [TestMethod]
    public async Task Nothing_goes_on_while_the_lease_is_not_held()
    {
        var part = new StillPart();
        using var freezer = FreezerOf(part);
        mayWrite = false;

        await freezer.ThawAsync(1, None);
        await freezer.ThawAsync("web", new ServiceParts([part], time), 1, None);
        Assert.AreEqual(0, part.Thaws);

        mayWrite = true;
        await freezer.ThawAsync(1, None);
        Assert.AreEqual(1, part.Thaws);
    }

    [TestMethod]
    public async Task A_freeze_does_not_wait_for_a_thaw_that_takes_its_time_and_comes_after_it()
    {
        var part = new StillPart { Hangs = true };
        using var freezer = FreezerOf(part);
        var thawing = freezer.ThawAsync("web", new ServiceParts([part], time), 1, None);
        Assert.AreEqual(1, part.Thaws);

        mayWrite = false;
        freezer.EndThaws();
        await freezer.FreezeAsync(None).WaitAsync(TimeSpan.FromSeconds(30), None);
        await thawing.WaitAsync(TimeSpan.FromSeconds(30), None);
        Assert.IsTrue(part.IsFrozen);
    }

    [TestMethod]
    public async Task A_freeze_waits_until_the_thaw_before_it_can_do_nothing_any_more()
    {
        var part = new StillPart { Hangs = true, EndsWhenTold = new TaskCompletionSource() };
        using var freezer = FreezerOf(part);
        var thawing = freezer.ThawAsync(1, None);
        mayWrite = false;
        freezer.EndThaws();
        var freezing = freezer.FreezeAsync(None);
        Assert.IsFalse(part.IsFrozen, "it would be undone by what is still under way");

        part.EndsWhenTold.SetResult();
        await Task.WhenAll(thawing, freezing).WaitAsync(TimeSpan.FromSeconds(30), None);
        Assert.IsTrue(part.IsFrozen);
    }

    private Freezer FreezerOf(StillPart part)
    {
        var service = new RunnableService("web", [], new ServiceParts([part], time), TimeSpan.FromSeconds(30), new ServicePolicy("web", [new NodeId("n1")]));
        var tenures = new Tenures([]);
        tenures.Hold("web", new Epoch(1));
        var held = new HeldServices(null, "boot", new Dictionary<string, RunnableService>(StringComparer.Ordinal) { ["web"] = service });
        return new Freezer(held, tenures, _ => mayWrite, NullLogger.Instance);
    }
}
