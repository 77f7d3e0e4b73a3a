using System.Collections.Concurrent;
using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Units;
using NodeAgent.Linux.Clocks;

namespace NodeAgent.Daemon.Replication;

/// <summary>
/// Runs each unit's cycle when it is due: one cycle a unit at a time, a bounded number of units at once. A copy that takes
/// longer than the interval is left to itself, and cycles bring up the unit's other copies meanwhile.
/// </summary>
public sealed class ReplicationLoop : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    // Whoever closes a unit may be keeping a service from running: an increment is waited for, a copy that takes hours is not.
    private static readonly TimeSpan HoldPatience = TimeSpan.FromSeconds(15);
    private readonly NodeId self;
    private readonly UnitRegistry registry;
    private readonly Func<BackendId, ReplicatedBackend?> backends;
    private readonly Func<ReplicatedBackend, UnitCycle> cycles;
    private readonly BootClock clock;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim slots;
    private readonly CopyLanes lanes;
    private readonly SemaphoreSlim wake = new(0);
    private readonly ConcurrentDictionary<UnitId, UnitActivity> activities = new();
    private readonly ConcurrentDictionary<UnitId, Task> running = new();
    private readonly ConcurrentDictionary<UnitId, CopyRuns> runs = new();
    private readonly HashSet<UnitId> held = [];
    private readonly Lock starting = new();
    private readonly TaskCompletionSource bug = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long turns;

    /// <summary>Makes the loop; <see cref="RunAsync"/> runs it.</summary>
    public ReplicationLoop(
        NodeId self,
        UnitRegistry registry,
        Func<BackendId, ReplicatedBackend?> backends,
        Func<ReplicatedBackend, UnitCycle> cycles,
        BootClock clock,
        TimeProvider time,
        int concurrency)
    {
        this.self = self;
        this.registry = registry;
        this.backends = backends;
        this.cycles = cycles;
        this.clock = clock;
        this.time = time;
        slots = new SemaphoreSlim(concurrency);
        lanes = new CopyLanes(concurrency);
    }

    /// <summary>Grows with every turn of the loop; a watchdog looks at it.</summary>
    public long Turns => Interlocked.Read(ref turns);

    /// <summary>Which units of services this node has now.</summary>
    public Tenures Tenures { get; init; } = Tenures.None;

    /// <summary>Told of cycles that could not begin and of those left out; null for nobody.</summary>
    public ICycleWatch? Watch { get; init; }

    /// <summary>What replication of each unit did last, by unit.</summary>
    public IReadOnlyDictionary<UnitId, UnitActivity> Activities => activities;

    /// <summary>Makes a unit's next cycle begin now. The caller need not wait; a running cycle is followed by another.</summary>
    public void RunSoon(UnitId unit)
    {
        activities.AddOrUpdate(
            unit, id => UnitActivity.New(id, clock.Now), (_, known) => known with { NextDue = clock.Now });
        wake.Release();
    }

    /// <summary>True while a copy of the unit is being brought up to date.</summary>
    public bool IsBusy(UnitId unit, NodeId peer) => runs.TryGetValue(unit, out var known) && known.IsBusy(peer);

    /// <summary>Keeps a unit's cycles from beginning until disposed. When this returns, none runs: what takes long was stopped.</summary>
    public async Task<IDisposable> HoldAsync(UnitId unit, CancellationToken cancellation)
    {
        Task cycle;
        lock (starting)
        {
            held.Add(unit);
            cycle = running.GetValueOrDefault(unit, Task.CompletedTask);
        }

        var hold = new Hold(this, unit);
        await StopAsync(unit, IdleAsync(unit, cycle)).WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (cancellation.IsCancellationRequested)
        {
            hold.Dispose();
            cancellation.ThrowIfCancellationRequested();
        }

        return hold;
    }

    /// <summary>Runs until cancelled, then waits for the cycles that run.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                Interlocked.Increment(ref turns);
                var wait = StartDue(cancellation);
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                var timer = Task.Delay(wait, time, pause.Token);
                var ended = await Task.WhenAny(timer, wake.WaitAsync(pause.Token), bug.Task);
                await pause.CancelAsync();
                if (ended == bug.Task)
                {
                    await bug.Task;
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }

        await Task.WhenAll(running.Values).WaitAsync(CancellationToken.None);
        await Task.WhenAll(runs.Values.Select(known => known.WhenIdleAsync()));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        slots.Dispose();
        wake.Dispose();
        lanes.Dispose();
        foreach (var known in runs.Values)
        {
            known.Dispose();
        }
    }

    private async Task StopAsync(UnitId unit, Task idle)
    {
        while (!idle.IsCompleted)
        {
            using var pause = new CancellationTokenSource();
            await Task.WhenAny(idle, Task.Delay(HoldPatience, time, pause.Token));
            await pause.CancelAsync();
            if (!idle.IsCompleted && runs.TryGetValue(unit, out var known))
            {
                await known.StopAsync();
            }
        }
    }

    private async Task IdleAsync(UnitId unit, Task cycle)
    {
        // Runs are begun by the cycle: when it has ended, all that go on are known.
        await cycle.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (runs.TryGetValue(unit, out var known))
        {
            await known.WhenIdleAsync();
        }
    }

    private TimeSpan StartDue(CancellationToken cancellation)
    {
        lock (starting)
        {
            return StartDueAlone(cancellation);
        }
    }

    private TimeSpan StartDueAlone(CancellationToken cancellation)
    {
        var now = clock.Now;
        var wanted = registry.All()
            .Where(record => record.Writer == self && record is { IsPaused: false, Copies.Length: > 0 } && !held.Contains(record.Unit) && Tenures.IsFree(record)).ToList();
        var ready = wanted.Where(HasFreeCopy).ToList();
        foreach (var gone in activities.Keys.Except(wanted.Select(record => record.Unit)).ToList())
        {
            // What still runs stays known: a unit that is paused and resumed meanwhile must not run twice.
            if (activities.TryGetValue(gone, out var known) && !known.IsRunning && RunsOf(gone).Running.Count == 0)
            {
                activities.TryRemove(gone, out _);
                runs.TryRemove(gone, out _);
            }
        }

        var due = ready.Where(record => IsDue(record.Unit, now)).ToList();
        foreach (var group in due.GroupBy(record => record.Unit.Backend))
        {
            Start(group.Key, [.. group], cancellation);
        }

        var next = ready.Select(record => activities[record.Unit]).Where(known => !known.IsRunning)
            .Select(known => known.NextDue).DefaultIfEmpty(Instant.Never).Min();
        var left = next == Instant.Never ? LongestWait : TimeSpan.FromTicks(Math.Max(0, next.Nanoseconds - clock.Now.Nanoseconds) / 100);
        return left < LongestWait ? left : LongestWait;
    }

    private CopyRuns RunsOf(UnitId unit) => runs.GetOrAdd(unit, _ => new CopyRuns(lanes));

    // With a run to each copy going on, a snapshot would be for nobody.
    private bool HasFreeCopy(UnitRecord record) => record.Copies.Any(peer => !RunsOf(record.Unit).IsBusy(peer));

    private bool IsDue(UnitId unit, Instant now)
    {
        var known = activities.GetOrAdd(unit, id => UnitActivity.New(id, now));
        return !known.IsRunning && known.NextDue <= now;
    }

    private void Start(BackendId id, IReadOnlyList<UnitRecord> due, CancellationToken cancellation)
    {
        if (backends(id) is not { } backend)
        {
            foreach (var record in due)
            {
                End(record, clock.Now, ReplicationFaults.NoBackend(record.Unit, self));
            }

            return;
        }

        // One look for all of them, and no backend waits for another's look.
        var look = LookAsync(backend, due, cancellation);
        foreach (var record in due)
        {
            activities.AddOrUpdate(
                record.Unit, unit => UnitActivity.New(unit, clock.Now) with { IsRunning = true }, (_, known) => known with { IsRunning = true });
            running[record.Unit] = RunUnitAsync(backend, record, look, cancellation);
        }
    }

    private static async Task<IReadOnlyDictionary<UnitId, UnitChange>> LookAsync(
        ReplicatedBackend backend, IReadOnlyList<UnitRecord> due, CancellationToken cancellation)
    {
        var seen = await backend.Streams.ReadChangesAsync([.. due.Select(record => record.Unit)], cancellation);
        return seen.IsOk ? seen.Value.ToDictionary(change => change.Unit) : new Dictionary<UnitId, UnitChange>();
    }

    private async Task RunUnitAsync(
        ReplicatedBackend backend, UnitRecord record, Task<IReadOnlyDictionary<UnitId, UnitChange>> look, CancellationToken cancellation)
    {
        await Task.Yield();
        var began = clock.Now;
        try
        {
            var change = (await look).GetValueOrDefault(record.Unit);
            var mine = RunsOf(record.Unit);
            foreach (var busy in record.Copies.Where(mine.IsBusy))
            {
                Watch?.LeftOut(record.Unit, busy, 1);
            }

            await slots.WaitAsync(cancellation);
            try
            {
                var grant = Tenures.Grant(record, self);
                var alive = grant.IsOk ? registry.GiveLife(record, self) : grant.Fault;
                var outcome = alive.IsOk
                    ? await cycles(backend).RunAsync(alive.Value, grant.Value, change, mine, begun => WaitAsync(record, mine, begun, began, cancellation), cancellation)
                    : alive.Fault;
                End(record, began, outcome);
            }
            finally
            {
                slots.Release();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            activities.AddOrUpdate(record.Unit, unit => UnitActivity.New(unit, began), (_, known) => known with { IsRunning = false });
        }
#pragma warning disable CA1031 // A supervisor: what comes here is a bug, and has to end the process instead of this task.
        catch (Exception unexpected)
#pragma warning restore CA1031
        {
            bug.TrySetException(unexpected);
        }
        finally
        {
            running.TryRemove(record.Unit, out _);
            wake.Release();
        }
    }

    /// <summary>Waits for the runs of a cycle, but not beyond the interval once any copy could be brought up anew.</summary>
    private async Task WaitAsync(UnitRecord record, CopyRuns mine, IReadOnlyList<CopyRun> begun, Instant began, CancellationToken cancellation)
    {
        var seen = begun.Select(run => SeeAsync(record, run, began)).ToList();

        // Streams have lanes of their own: meanwhile another unit may begin.
        slots.Release();
        try
        {
            var all = Task.WhenAll(seen);
            var left = record.Interval - TimeSpan.FromTicks((clock.Now.Nanoseconds - began.Nanoseconds) / 100);
            if (left > TimeSpan.Zero)
            {
                using var early = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                await Task.WhenAny(all, Task.Delay(left, time, early.Token));
                await early.CancelAsync();
            }

            while (!all.IsCompleted && !HasFreeCopy(record) && mine.Running is [_, ..] busy)
            {
                await Task.WhenAny(busy.Select(run => run.Work));
            }
        }
        finally
        {
            await slots.WaitAsync(CancellationToken.None);
        }
    }

    /// <summary>Notes how a run ended, whether its cycle still waits for it or not.</summary>
    private async Task SeeAsync(UnitRecord record, CopyRun run, Instant began)
    {
        try
        {
            var report = await run.Work;
            var took = TimeSpan.FromTicks((clock.Now.Nanoseconds - began.Nanoseconds) / 100);
            activities.AddOrUpdate(
                record.Unit, unit => UnitActivity.New(unit, clock.Now), (_, known) => known with { Peers = PeersOf(known, run.Peer, report, took) });
        }
        catch (OperationCanceledException)
        {
            // Asked to end.
        }
#pragma warning disable CA1031 // A supervisor: what comes here is a bug, and has to end the process instead of this task.
        catch (Exception unexpected)
#pragma warning restore CA1031
        {
            bug.TrySetException(unexpected);
        }
    }

    private void End(UnitRecord record, Instant began, Outcome<CycleReport> outcome)
    {
        var now = clock.Now;
        Tell(record, CycleTiming.LeftOut(began, now, record.Interval), outcome.Fault);
        activities.AddOrUpdate(record.Unit, unit => UnitActivity.New(unit, now), (_, known) =>
        {
            var failed = !outcome.IsOk || outcome.Value.PruneFault is not null || outcome.Value.Copies.Values.Any(report => !report.IsOk);
            var failures = failed ? known.Failures + 1 : 0;
            var asked = known.NextDue > began;
            var regular = CycleTiming.Next(began, now, record.Interval, failures);
            return known with
            {
                IsRunning = false,
                Failures = failures,
                Cycles = known.Cycles + 1,
                NextDue = asked ? known.NextDue : regular,
                SnapshotFault = outcome.IsOk ? outcome.Value.PruneFault : outcome.Fault,
                Peers = known.Peers.RemoveRange(known.Peers.Keys.Where(name => !record.Copies.Contains(new NodeId(name)))),
            };
        });
    }

    private void Tell(UnitRecord record, long leftOut, Fault? notBegun)
    {
        foreach (var peer in record.Copies)
        {
            if (leftOut > 0)
            {
                Watch?.LeftOut(record.Unit, peer, leftOut);
            }

            if (notBegun is not null)
            {
                Watch?.NotBegun(record.Unit, peer, notBegun);
            }
        }
    }

    private void LetGo(UnitId unit)
    {
        lock (starting)
        {
            held.Remove(unit);
        }

        wake.Release();
    }

    private ImmutableSortedDictionary<string, PeerActivity> PeersOf(UnitActivity known, NodeId peer, Outcome<CopyReport> report, TimeSpan took)
    {
        var before = known.Peers.GetValueOrDefault(peer.Value, PeerActivity.None);
        return known.Peers.SetItem(peer.Value, report.IsOk
            ? new PeerActivity(time.GetUtcNow(), took, null, 0, report.Value) { Runs = before.Runs + 1 }
            : before with { Fault = report.Fault, Failures = before.Failures + 1, Runs = before.Runs + 1 });
    }

    private sealed class Hold(ReplicationLoop loop, UnitId unit) : IDisposable
    {
        public void Dispose() => loop.LetGo(unit);
    }
}
