using System.Threading.Channels;
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

    [TestMethod]
    public async Task A_hint_brings_a_look_at_the_backend_that_gave_it_and_many_at_once_bring_one_more()
    {
        var time = new ManualTimeProvider();
        using var watch = new BackendWatch(time, TimeSpan.FromHours(1));
        using var ending = new CancellationTokenSource();
        var (hinting, other) = (new Hinting(), new Halting());
        var running = watch.RunAsync(() => new Dictionary<BackendId, IBackend> { [Tank] = hinting, [new BackendId("other")] = other }, ending.Token);
        await PassAsync(time, 5);
        Assert.AreEqual((1, 1), (hinting.Probed, other.Probed), "the first look, and no hint yet");
        hinting.Hints.Writer.TryWrite(new StorageEvent(time.GetUtcNow(), "", "something"));
        await PassAsync(time, 0);
        Assert.AreEqual((2, 1), (hinting.Probed, other.Probed));
        for (var hint = 0; hint < 10; hint++)
        {
            hinting.Hints.Writer.TryWrite(new StorageEvent(time.GetUtcNow() + TimeSpan.FromMilliseconds(hint + 1), "", "something"));
        }

        await PassAsync(time, 5);
        Assert.AreEqual((3, 1), (hinting.Probed, other.Probed), "one look sees them all");
        hinting.Hints.Writer.TryWrite(new StorageEvent(time.GetUtcNow() + TimeSpan.FromMilliseconds(1), "", "something"));
        await PassAsync(time, 3);
        Assert.AreEqual(4, hinting.Probed);
        hinting.Hints.Writer.Complete();
        await PassAsync(time, 20);
        Assert.IsGreaterThan(1, hinting.Watched, "a stream that ended is asked for again");
        await ending.CancelAsync();
        await running;
    }

    [TestMethod]
    public async Task What_is_kept_and_cannot_be_read_now_is_not_taken_for_gone()
    {
        using var watch = new BackendWatch(new ManualTimeProvider(), TimeSpan.FromHours(1));
        var one = new KeptHead(new UnitId(Tank, "one-kept-1"), new UnitId(Tank, "one"), null, default, 1);
        var two = one with { Unit = new UnitId(Tank, "two-kept-1") };
        var backend = new Keeping { Told = new Listing<KeptHead>([one, two], []) };
        await watch.LookAsync(Tank, backend, default);
        backend.Told = new Listing<KeptHead>([two with { Bytes = 2 }], [new Fault(FaultCode.Internal, "cannot read one-kept-1", "", "", Retry.Later)]);

        var sight = await watch.LookAsync(Tank, backend, default);

        Assert.AreSequenceEqual(new[] { two with { Bytes = 2 }, one }, sight.Kept);
        Assert.AreEqual("cannot read one-kept-1", sight.Fault?.What);
    }

    [TestMethod]
    public async Task A_look_that_began_first_never_takes_the_place_of_a_later_one()
    {
        using var watch = new BackendWatch(new ManualTimeProvider(), TimeSpan.FromHours(1));
        var (slow, quick) = (new Hinting { Answer = new TaskCompletionSource<HealthLevel>() }, new Hinting());
        var first = watch.LookAsync(Tank, slow, CancellationToken.None);
        await watch.LookAsync(Tank, quick, CancellationToken.None);
        slow.Answer.SetResult(HealthLevel.Failed);
        await first;
        Assert.AreEqual(HealthLevel.Ok, watch.Find(Tank)!.Health.Value.Level);
    }

    [TestMethod]
    public async Task Health_is_told_before_volumes_are_listed_which_takes_as_long_as_the_storage_is_slow()
    {
        using var watch = new BackendWatch(new ManualTimeProvider(), TimeSpan.FromHours(1));
        await watch.LookAsync(Tank, new Hinting { Answer = Known(HealthLevel.Ok) }, CancellationToken.None);
        var slow = new Listing { Answer = Known(HealthLevel.Failed) };
        var looking = watch.LookAsync(Tank, slow, CancellationToken.None);
        await Quiet.AwaitAsync();
        Assert.IsFalse(looking.IsCompleted);
        Assert.AreEqual(HealthLevel.Failed, watch.Find(Tank)!.Health.Value.Level);
        slow.Volumes.SetResult([]);
        await looking;
    }

    [TestMethod]
    public async Task A_hint_is_not_held_up_by_a_look_that_lists_volumes_and_takes_nothing_from_it()
    {
        var time = new ManualTimeProvider();
        using var watch = new BackendWatch(time, TimeSpan.FromHours(1));
        using var ending = new CancellationTokenSource();
        await watch.LookAsync(Tank, new Hinting(), CancellationToken.None);
        var slow = new Listing();
        var running = watch.RunAsync(() => new Dictionary<BackendId, IBackend> { [Tank] = slow }, ending.Token);
        await PassAsync(time, 1);
        slow.Answer = Known(HealthLevel.Failed);
        slow.Hints.Writer.TryWrite(new StorageEvent(time.GetUtcNow(), "", "something"));
        await PassAsync(time, 0);
        Assert.AreEqual(HealthLevel.Failed, watch.Find(Tank)!.Health.Value.Level);
        slow.Volumes.SetResult([new Volume(new VolumeId(new UnitId(Tank, "db"), "data"), VolumeKind.Block, 1, null, null)]);
        await PassAsync(time, 0);
        Assert.AreEqual((1, HealthLevel.Failed), (watch.Find(Tank)!.Volumes.Count, watch.Find(Tank)!.Health.Value.Level));
        await ending.CancelAsync();
        await running;
    }

    private static TaskCompletionSource<HealthLevel> Known(HealthLevel level)
    {
        var known = new TaskCompletionSource<HealthLevel>();
        known.SetResult(level);
        return known;
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

    private sealed class Listing : Hinting, IVolumes
    {
        public TaskCompletionSource<IReadOnlyList<Volume>> Volumes { get; } = new();

        public async Task<Outcome<IReadOnlyList<Volume>>> ListAsync(CancellationToken cancellation) => Outcome.Ok(await Volumes.Task);

        public Task<Outcome<Volume>> CreateAsync(VolumeSpec spec, WriteGrant grant, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<Outcome<Volume>> ExpandAsync(VolumeId volume, long bytes, WriteGrant grant, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<Outcome> DeleteAsync(VolumeId volume, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<Outcome<Volume>> GetAsync(VolumeId volume, CancellationToken cancellation) => throw new NotSupportedException();
    }

    private class Hinting : IBackend, IStorageEvents
    {
        public Channel<StorageEvent> Hints { get; } = Channel.CreateUnbounded<StorageEvent>();

        public TaskCompletionSource<HealthLevel>? Answer { get; set; }

        public int Probed { get; private set; }

        public int Watched { get; private set; }

        public BackendDescription Describe() => throw new NotSupportedException();

        public async Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation)
        {
            Probed++;
            return new BackendHealth(Answer is null ? HealthLevel.Ok : await Answer.Task, "7", []);
        }

        public IAsyncEnumerable<StorageEvent> WatchAsync(CancellationToken cancellation)
        {
            Watched++;
            return Hints.Reader.ReadAllAsync(cancellation);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Keeping : IBackend, IRejoin
    {
        public Listing<KeptHead> Told { get; set; } = new([], []);

        public BackendDescription Describe() => throw new NotSupportedException();

        public T? Ability<T>()
            where T : class => this as T;

        public Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation) => Task.FromResult(Outcome.Ok(new BackendHealth(HealthLevel.Ok, "7", [])));

        public Task<Outcome<Listing<KeptHead>>> ListKeptAsync(CancellationToken cancellation) => Task.FromResult(Outcome.Ok(Told));

        public Task<Outcome> RejoinAsync(UnitId unit, string? snapshot, string keepAs, CancellationToken cancellation) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
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
