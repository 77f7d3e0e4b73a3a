using NodeAgent.Contract;
using NodeAgent.Daemon.Status;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Status;

[TestClass]
public sealed class BackendWatchTests
{
    private static readonly BackendId Tank = new("tank");

    [TestMethod]
    public async Task Of_a_suspended_pool_nothing_is_asked_but_how_it_is_and_that_again_soon()
    {
        var time = new ManualTimeProvider();
        using var watch = new BackendWatch(time, TimeSpan.FromSeconds(30));
        using var ending = new CancellationTokenSource();
        var backend = new Halting();
        await watch.LookAsync(Tank, backend, CancellationToken.None);
        backend.IsSuspended = true;
        var running = watch.RunAsync(() => new Dictionary<BackendId, IBackend> { [Tank] = backend }, ending.Token);
        await PassAsync(time, 11);
        Assert.AreEqual(1, backend.Probed, "it would wait for the pool");
        Assert.IsGreaterThanOrEqualTo(3, backend.Listed, "it may come back");
        var sight = watch.Find(Tank)!;
        Assert.IsTrue(sight.Pools[0].IsSuspended);
        Assert.AreEqual(HealthLevel.Failed, sight.Health.Value.Level);
        Assert.AreEqual("7", sight.Health.Value.Version);

        backend.IsSuspended = false;
        await PassAsync(time, 6);
        Assert.AreEqual(HealthLevel.Ok, watch.Find(Tank)!.Health.Value.Level);
        Assert.AreEqual(2, backend.Probed);
        await ending.CancelAsync();
        await running;
    }

    private static async Task PassAsync(ManualTimeProvider time, int seconds)
    {
        for (var at = 0; at < seconds; at++)
        {
            await Quiet.AwaitAsync();
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await Quiet.AwaitAsync();
    }

    private sealed class Halting : IBackend, IPools
    {
        public bool IsSuspended { get; set; }

        public int Probed { get; private set; }

        public int Listed { get; private set; }

        public BackendDescription Describe() => throw new NotSupportedException();

        public T? Ability<T>()
            where T : class => this as T;

        public Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation)
        {
            Probed++;
            return Task.FromResult(Outcome.Ok(new BackendHealth(HealthLevel.Ok, "7", [])));
        }

        public Task<Outcome<IReadOnlyList<PoolReport>>> ListPoolsAsync(CancellationToken cancellation)
        {
            Listed++;
            return Task.FromResult(Outcome.Ok<IReadOnlyList<PoolReport>>([new PoolReport("tank", HealthLevel.Ok, null, null, null, [], "") { IsSuspended = IsSuspended }]));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
