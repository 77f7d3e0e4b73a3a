using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Failover.Services;
using NodeAgent.Daemon.Units;
using NodeAgent.Linux.Services;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover.Services;

[TestClass]
public sealed class ServiceEffectsTests
{
    [TestMethod]
    public async Task What_is_ordered_to_be_let_go_of_again_while_it_is_let_go_of_is_done_once()
    {
        var time = new ManualTimeProvider();
        var part = new SlowPart();
        var service = new RunnableService("web", [], new ServiceParts([part], time), TimeSpan.FromSeconds(30), new ServicePolicy("web", [new NodeId("n1")]));
        var services = new Dictionary<string, RunnableService>(StringComparer.Ordinal) { ["web"] = service };
        var held = new HeldServices(null, "boot", services);
        using var effects = new ServiceEffects(
            services, held, null!, null!, new ServiceRelease(null!, held.Forget, time), null!, Tenures.None, () => null, _ => true, NullLogger.Instance);
        var answers = new List<NodeInput>();
        var order = new NodeEffect.ReleaseAll("nothing may run before this node has joined");

        var first = effects.ReleaseAllAsync(order, answers.Add, CancellationToken.None);
        await effects.ReleaseAllAsync(order, answers.Add, CancellationToken.None);
        Assert.AreEqual(1, part.Stops, "the second order got into the way of the first");
        Assert.IsEmpty(answers);

        part.Stopped.SetResult(Outcome.Done);
        await first;
        Assert.IsInstanceOfType<NodeInput.AllReleased>(answers.Single());

        await effects.ReleaseAllAsync(order, answers.Add, CancellationToken.None);
        Assert.AreEqual(2, part.Stops, "what is ordered after it ended is done");
    }

    private sealed class SlowPart : IServicePart
    {
        public string Name => "slow part";

        public int Stops { get; private set; }

        public TaskCompletionSource<Outcome> Stopped { get; } = new();

        public Task<Outcome> StartAsync(PartStart start, TimeSpan deadline, CancellationToken cancellation) => Task.FromResult(Outcome.Done);

        public Task<Outcome> StopAsync(StopManner manner, TimeSpan deadline, CancellationToken cancellation)
        {
            Stops++;
            return Stopped.Task;
        }

        public Task<Outcome> FreezeAsync(TimeSpan deadline, CancellationToken cancellation) => Task.FromResult(Outcome.Done);

        public Task<Outcome> ThawAsync(TimeSpan deadline, CancellationToken cancellation) => Task.FromResult(Outcome.Done);

        public Task<PartSight> MonitorAsync(TimeSpan deadline, CancellationToken cancellation) => Task.FromResult(new PartSight(PartCondition.Running, "as it is"));
    }
}
