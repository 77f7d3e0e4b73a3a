using NodeAgent.Contract;
using NodeAgent.Linux.Disks;

namespace NodeAgent.Daemon.Status;

/// <summary>
/// Sees storage that hangs: something waits for a device, and nothing ends. Programs that wait for such a device cannot be
/// killed and look alive, so nobody else would say it. Only looks at counters of the kernel; before a device is called hung one
/// block is read from it, since counters alone have been wrong. A pool that has suspended itself hangs too: its devices have
/// nothing to do, and it is taken at its word.
/// </summary>
/// <param name="pools">The pools that all data of each backend lies in, as last seen while they could be looked at.</param>
/// <param name="counts">What the kernel counts now.</param>
/// <param name="read">Reads one block past all caches: whether the device answered, be it with an error. Unknown: it could not be asked.</param>
public sealed class HangWatch(
    Func<IEnumerable<(BackendId Backend, IReadOnlyList<PoolReport> Pools)>> pools, Func<IReadOnlyDictionary<string, DiskCount>> counts,
    Func<string, CancellationToken, Task<Answer>> read, TimeProvider time)
{
    // Shorter stalls are everyday: a disk that spins up, a path that fails over.
    private static readonly TimeSpan Suspicious = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    // The most that a disk is given to answer one read: the least that failover.hang_limit may be.
    private static readonly TimeSpan SpinUp = TimeSpan.FromSeconds(20);

    // An agent that did not look for so long stood still itself: what it missed is nothing against a device.
    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private Dictionary<string, Stall> stalls = new(StringComparer.Ordinal);
    private Dictionary<(BackendId Backend, UnitId? Unit, string Pool), long> suspended = [];
    private IReadOnlyList<(BackendId Backend, UnitId? Unit, IReadOnlyList<string> Devices)> stands = [];
    private long lookedAt = time.GetTimestamp();

    /// <summary>What of a backend hangs, the longest first; null if nothing seems to. A device is told as soon as a block is waited for.</summary>
    public StorageHang? Find(BackendId backend) => All(backend, _ => true).FirstOrDefault();

    /// <summary>
    /// What has hung for so long under a unit that nothing is hoped for any more; null if nothing has. The counters alone never
    /// count: a block has to have been waited for longer than a disk that is well may take.
    /// </summary>
    public StorageHang? FindLost(UnitId unit, TimeSpan limit) =>
        All(unit.Backend, of => of is null || of == unit).FirstOrDefault(hang => hang.IsSure && hang.For >= limit);

    private List<StorageHang> All(BackendId backend, Func<UnitId?, bool> isMeant)
    {
        lock (gate)
        {
            return [.. stands.Where(one => one.Backend == backend && isMeant(one.Unit)).SelectMany(one => one.Devices)
                .Select(device => stalls.GetValueOrDefault(device) is { IsKnown: true } stall
                    ? new StorageHang(device, time.GetElapsedTime(stall.Since)) { IsSure = stall.Read!.Said == Answer.No || time.GetElapsedTime(stall.Read.Since) >= SpinUp }
                    : null)
                .OfType<StorageHang>()
                .Concat(suspended.Where(one => one.Key.Backend == backend && isMeant(one.Key.Unit))
                    .Select(one => new StorageHang($"pool {one.Key.Pool}", time.GetElapsedTime(one.Value)) { Does = "has suspended all I/O" }))
                .OrderByDescending(hang => hang.For)];
        }
    }

    /// <summary>Looks again and again until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                Look(cancellation);
                await Task.Delay(Every, time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    internal void Look(CancellationToken cancellation)
    {
        var now = time.GetTimestamp();
        var seen = counts();
        lock (gate)
        {
            var hasStood = time.GetElapsedTime(lookedAt, now) > Gap;
            var before = hasStood ? [] : stalls;
            lookedAt = now;
            var known = pools().ToList();
            stands = [.. known.SelectMany(one => one.Pools.Select(pool => (one.Backend, pool.Unit, pool.Devices)))];
            suspended = known.SelectMany(one => one.Pools.Where(pool => pool.IsSuspended).Select(pool => (one.Backend, pool.Unit, pool.Name))).Distinct()
                .ToDictionary(pool => pool, pool => !hasStood && suspended.TryGetValue(pool, out var since) ? since : now);
            stalls = stands.SelectMany(one => one.Devices).Distinct(StringComparer.Ordinal)
                .Select(device => (Device: device, Stall: Judge(device, seen, before.GetValueOrDefault(device), now, cancellation)))
                .Where(one => one.Stall is not null).ToDictionary(one => one.Device, one => one.Stall!, StringComparer.Ordinal);
        }
    }

    private Stall? Judge(string device, IReadOnlyDictionary<string, DiskCount> seen, Stall? before, long now, CancellationToken cancellation)
    {
        if (DiskCounts.NameOf(device) is not { } name || !seen.TryGetValue(name, out var count) || count.Waiting == 0)
        {
            return null;
        }

        // A block that was read without the counters' knowledge says nothing about what comes later.
        if (before is null || before.Ended != count.Ended || before.Read?.Said == Answer.Yes)
        {
            return new Stall(now, count.Ended, null);
        }

        // Where programs cannot be started, as where many wait for a hung disk, the device was not asked.
        before = before.Read is { HasFailed: true } ? before with { Read = null } : before;

        if (before.Read is null && time.GetElapsedTime(before.Since, now) >= Suspicious)
        {
            // If it is read it counts as ended, and the next look finds that the device answers.
            var reading = new Reading(now);
            _ = reading.RunAsync(read(device, cancellation));
            return before with { Read = reading };
        }

        return before;
    }

    private sealed record Stall(long Since, long Ended, Reading? Read)
    {
        // A block is waited for, or was in vain. A device that answers with an error does not hang, whatever the counters say.
        public bool IsKnown => Read is { HasFailed: false, Said: not Answer.Yes };
    }

    private sealed class Reading(long since)
    {
        public long Since => since;

        private volatile bool hasEnded;

        /// <summary>Unknown while nothing came.</summary>
        public Answer Said { get; private set; } = Answer.Unknown;

        public bool HasFailed => hasEnded && Said == Answer.Unknown;

        public async Task RunAsync(Task<Answer> answers)
        {
            try
            {
                Said = await answers;
                hasEnded = true;
            }
            catch (OperationCanceledException)
            {
                // The agent ends; nobody asks any more.
            }
        }
    }
}
