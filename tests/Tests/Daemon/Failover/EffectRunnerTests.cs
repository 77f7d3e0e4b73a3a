using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Failover;
using NodeAgent.Daemon.Failover.Services;
using NodeAgent.Daemon.Units;
using NodeAgent.Linux.Services;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover;

[TestClass]
public sealed class EffectRunnerTests
{
    [TestMethod]
    public async Task A_thaw_does_not_overtake_a_freeze_that_takes_its_time()
    {
        var time = new ManualTimeProvider();
        var part = new SlowlyFreezing();
        var service = new RunnableService("web", [], new ServiceParts([part], time), TimeSpan.FromSeconds(30), new ServicePolicy("web", [new NodeId("n1")]));
        var tenures = new Tenures([]);
        tenures.Hold("web", new Epoch(1));
        var services = new Dictionary<string, RunnableService>(StringComparer.Ordinal) { ["web"] = service };
        var held = new HeldServices(null, "boot", services);
        using var effects = new ServiceEffects(
            services, held, null!, null!, new ServiceRelease(null!, held.Forget, time), null!, tenures, () => null, _ => true, NullLogger.Instance);
        using var freezer = new Freezer(held, tenures, _ => true, NullLogger.Instance);
        var runner = new EffectRunner(_ => { }, null!, effects, freezer, null!, null!, null!, null!, () => null, CancellationToken.None);

        runner.Begin(new NodeEffect.Freeze("no answer"), 1);
        runner.Begin(new NodeEffect.Thaw(), 1);
        await runner.DrainedAsync();
        Assert.IsFalse(part.IsFrozen, "it would stand still under a lease that is held");
    }

    /// <summary>Would be overtaken by whatever is begun within a moment.</summary>
    private sealed class SlowlyFreezing : IServicePart
    {
        private readonly TaskCompletionSource thawed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => "slowly freezing part";

        public bool IsFrozen { get; private set; }

        public Task<Outcome> StartAsync(PartStart start, TimeSpan deadline, CancellationToken cancellation) => Task.FromResult(Outcome.Done);

        public Task<Outcome> StopAsync(StopManner manner, TimeSpan deadline, CancellationToken cancellation) => Task.FromResult(Outcome.Done);

        public async Task<Outcome> FreezeAsync(TimeSpan deadline, CancellationToken cancellation)
        {
            await Task.WhenAny(thawed.Task, Task.Delay(TimeSpan.FromSeconds(0.5), cancellation));
            IsFrozen = true;
            return Outcome.Done;
        }

        public Task<Outcome> ThawAsync(TimeSpan deadline, CancellationToken cancellation)
        {
            IsFrozen = false;
            thawed.TrySetResult();
            return Task.FromResult(Outcome.Done);
        }

        public Task<PartSight> MonitorAsync(TimeSpan deadline, CancellationToken cancellation) => Task.FromResult(new PartSight(PartCondition.Running, "as it is"));
    }
}
