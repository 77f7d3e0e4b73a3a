using System.Collections.Concurrent;
using NodeAgent.Contract;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Status;

/// <summary>
/// Looks at each backend in turn and keeps what it saw: health, pools, volumes. Whoever asks for a status or
/// scrapes metrics reads only this, and never waits for a tool.
/// </summary>
public sealed class BackendWatch(TimeProvider time, TimeSpan every) : IDisposable
{
    // Whether a suspended pool still is: what is given up for it is lost for nothing if somebody has just brought it back.
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<BackendId, BackendSight> sights = new();
    private readonly Dictionary<BackendId, long> shown = [];
    private readonly Lock showing = new();
    private readonly SemaphoreSlim soon = new(0, 1);
    private long looks;

    /// <summary>What was last seen of a backend; null if it was never looked at.</summary>
    public BackendSight? Find(BackendId id) => sights.GetValueOrDefault(id);

    /// <summary>Why what runs on a unit here had better run on another node, as last seen; null: there is no reason.</summary>
    public string? LeaveBecause(UnitId unit) => Find(unit.Backend)?.Copies.GetValueOrDefault(unit) is { IsOk: true, Value.LeaveBecause: { } why } ? why : null;

    /// <summary>Makes the next look begin now.</summary>
    public void LookSoon()
    {
        try
        {
            soon.Release();
        }
        catch (SemaphoreFullException)
        {
            // A look is due already.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => soon.Dispose();

    /// <summary>Looks again and again until cancelled; a hint from the backend makes the next look come early.</summary>
    public async Task RunAsync(Func<IReadOnlyDictionary<BackendId, IBackend>> backends, CancellationToken cancellation)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] loops = [LookAgainAsync(backends, both.Token), new StorageHints(this, time).RunAsync(backends, both.Token)];

        // One that fails must not go unseen behind the other, which never ends.
        await Task.WhenAny(loops);
        await both.CancelAsync();
        await Task.WhenAll(loops);
    }

    private async Task LookAgainAsync(Func<IReadOnlyDictionary<BackendId, IBackend>> backends, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await Task.WhenAll(backends().Select(entry => LookAsync(entry.Key, entry.Value, cancellation)));
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                await Task.WhenAny(Task.Delay(IsSuspended && every > SoonAgain ? SoonAgain : every, time, pause.Token), soon.WaitAsync(pause.Token));
                await pause.CancelAsync();
                cancellation.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    /// <summary>Looks at one backend now.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="backend">The backend.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="isWhole">False: only health and pools are looked at again, of a backend that was looked at before.</param>
    public async Task<BackendSight> LookAsync(BackendId id, IBackend backend, CancellationToken cancellation, bool isWhole = true)
    {
        var number = Interlocked.Increment(ref looks);
        var pools = backend.Ability<IPools>() is { } able ? await able.ListPoolsAsync(cancellation) : Outcome.Ok<IReadOnlyList<PoolReport>>([]);
        if (pools.IsOk && pools.Value.FirstOrDefault(pool => pool.IsSuspended) is { } halted)
        {
            // Nothing else is asked: it would wait for the pool, and this would be known late.
            return Show(id, number, Halted(Find(id), pools.Value, halted));
        }

        // Told before volumes are listed: where the storage is slow, that takes as long as it is slow.
        var health = await backend.ProbeAsync(cancellation);
        if (ShowHealth(id, number, health, pools) is { } shownNow && !isWhole)
        {
            return shownNow;
        }

        var volumes = backend.Ability<IVolumes>() is { } listed ? await listed.ListAsync(cancellation) : Outcome.Ok<IReadOnlyList<Volume>>([]);
        var kept = backend.Ability<IRejoin>() is { } rejoin ? await rejoin.ListKeptAsync(cancellation) : new Listing<KeptHead>([], []);
        var before = Find(id);
        var sight = new BackendSight(
            health,
            pools.IsOk ? pools.Value : before?.Pools ?? [],
            volumes.IsOk ? volumes.Value : before?.Volumes ?? [],
            volumes.Fault ?? pools.Fault ?? kept.Fault ?? (kept.Value.Unread is [var unread, ..] ? unread : null),
            volumes.IsOk && health.IsOk ? time.GetUtcNow() : before?.RefreshedAt)
        {
            Kept = KeptNow(kept, before?.Kept ?? []),
            Copies = await CopiesAsync(backend, volumes.IsOk ? volumes.Value : before?.Volumes ?? [], cancellation),
        };
        return Show(id, number, sight);
    }

    // Two looks may be under way, for a hint and because it was time: health and pools are always those of the look that began last.
    private BackendSight Show(BackendId id, long number, BackendSight sight)
    {
        lock (showing)
        {
            var isLate = shown.GetValueOrDefault(id) > number;
            shown[id] = Math.Max(number, shown.GetValueOrDefault(id));
            return sights[id] = isLate && Find(id) is { } now ? sight with { Health = now.Health, Pools = now.Pools } : sight;
        }
    }

    private BackendSight? ShowHealth(BackendId id, long number, Outcome<BackendHealth> health, Outcome<IReadOnlyList<PoolReport>> pools)
    {
        lock (showing)
        {
            if (Find(id) is not { } now || shown.GetValueOrDefault(id) > number)
            {
                return Find(id);
            }

            shown[id] = number;
            return sights[id] = now with { Health = health, Pools = pools.IsOk ? pools.Value : now.Pools };
        }
    }

    // What could not be read now is not gone: what was seen of it before stays.
    private static IReadOnlyList<KeptHead> KeptNow(Outcome<Listing<KeptHead>> told, IReadOnlyList<KeptHead> before) =>
        !told.IsOk ? before
        : told.Value.Unread.Count == 0 ? told.Value.Found
        : [.. told.Value.Found, .. before.Where(head => told.Value.Found.All(found => found.Unit != head.Unit))];

    private bool IsSuspended => sights.Values.Any(sight => sight.Pools.Any(pool => pool.IsSuspended));

    private static BackendSight Halted(BackendSight? before, IReadOnlyList<PoolReport> pools, PoolReport halted)
    {
        var version = before?.Health is { IsOk: true } known ? known.Value.Version : "";
        var health = new BackendHealth(HealthLevel.Failed, version, [$"Pool {halted.Name} has suspended all I/O.", .. halted.Remarks]);
        return before is null ? new BackendSight(health, pools, [], null, null) : before with { Health = health, Pools = pools, Fault = null };
    }

    private static async Task<Dictionary<UnitId, Outcome<ReplicationStatus>>> CopiesAsync(
        IBackend backend, IReadOnlyList<Volume> volumes, CancellationToken cancellation)
    {
        var seen = new Dictionary<UnitId, Outcome<ReplicationStatus>>();
        if (SynchronousBackend.From(backend) is { } synchronous)
        {
            foreach (var unit in volumes.Select(volume => volume.Id.Unit).Distinct())
            {
                seen[unit] = await synchronous.Status.ReadStatusAsync(unit, cancellation);
            }
        }

        return seen;
    }
}
