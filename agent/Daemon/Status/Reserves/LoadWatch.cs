using System.Globalization;

namespace NodeAgent.Daemon.Status.Reserves;

/// <summary>Looks every ten seconds at what the kernel counts of memory and processors. Two small files of /proc; no program runs.</summary>
/// <param name="root">Where /proc is found; tests put a folder of their own here.</param>
/// <param name="time">The clock.</param>
public sealed class LoadWatch(string root, TimeProvider time)
{
    private const int Counters = 8;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);
    private readonly Lock looking = new();
    private readonly Queue<(long At, long Busy, long Total)> samples = new();
    private (NodeLoad Load, long At)? seen;

    /// <summary>What was last seen, with its age; null if it could not be read, or was not yet.</summary>
    public NodeLoad? Last
    {
        get
        {
            lock (looking)
            {
                return seen is var (load, at) ? load with { AgeSeconds = Math.Round(time.GetElapsedTime(at).TotalSeconds, 1) } : null;
            }
        }
    }

    /// <summary>Looks again and again until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                Look();
                await Task.Delay(Every, time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    /// <summary>Looks now. What cannot be read leaves what was seen before, which grows old.</summary>
    public void Look()
    {
        var memory = Fields("proc/meminfo", line => line.StartsWith("MemTotal:", StringComparison.Ordinal) || line.StartsWith("MemAvailable:", StringComparison.Ordinal));
        var processors = Fields("proc/stat", line => line.StartsWith("cpu", StringComparison.Ordinal));
        if (Kibibytes(memory, "MemTotal:") is not { } total || Kibibytes(memory, "MemAvailable:") is not { } available || processors.Find(words => words[0] == "cpu") is not { } all)
        {
            return;
        }

        lock (looking)
        {
            var now = time.GetTimestamp();
            if (Sample(all) is var (busy, ticks))
            {
                Take(now, busy, ticks);
            }

            var count = processors.Count(words => words[0].Length > 3);
            var free = Math.Min(total, available + ReclaimableOfZfs());
            seen = (new NodeLoad(Boot(), total, total - free, count, Share() * count, 0), now);
        }
    }

    private void Take(long now, long busy, long total)
    {
        // Counters that went back are of another machine: one that was restored, or a container that was moved.
        if (samples.Count > 0 && samples.Last() is var last && (total < last.Total || busy < last.Busy))
        {
            samples.Clear();
        }

        samples.Enqueue((now, busy, total));
        while (time.GetElapsedTime(samples.Peek().At, now) > Window)
        {
            samples.Dequeue();
        }
    }

    private double? Share()
    {
        if (samples.Count == 0)
        {
            return null;
        }

        var (first, last) = (samples.Peek(), samples.Last());
        return time.GetElapsedTime(first.At, last.At) >= Least && last.Total > first.Total ? (double)(last.Busy - first.Busy) / (last.Total - first.Total) : null;
    }

    // user nice system idle iowait irq softirq steal; guests are in user and nice. Who waits for a disk needs no processor.
    private static (long Busy, long Total)? Sample(string[] words)
    {
        var counts = new List<long>();
        foreach (var word in words.Skip(1).Take(Counters))
        {
            if (!long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                return null;
            }

            counts.Add(count);
        }

        return counts.Count < Counters ? null : (counts.Sum() - counts[3] - counts[4], counts.Sum());
    }

    // The kernel does not know that ZFS gives its cache back down to the least size.
    private long ReclaimableOfZfs()
    {
        var counts = Fields("proc/spl/kstat/zfs/arcstats", line => line.StartsWith("size ", StringComparison.Ordinal) || line.StartsWith("c_min ", StringComparison.Ordinal));
        return Number(counts, "size") is { } size && Number(counts, "c_min") is { } least ? Math.Max(0, size - least) : 0;
    }

    private string? Boot() => Fields("proc/sys/kernel/random/boot_id", _ => true) is [[var id], ..] ? id : null;

    private static long? Kibibytes(List<string[]> lines, string name) =>
        lines.Find(words => words[0] == name) is [_, var text, "kB"] && Parse(text) is { } count ? count << 10 : null;

    private static long? Number(List<string[]> lines, string name) => lines.Find(words => words[0] == name) is [_, _, var text] ? Parse(text) : null;

    private static long? Parse(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count < 1L << 50 ? count : null;

    private List<string[]> Fields(string file, Func<string, bool> isWanted)
    {
        try
        {
            return [.. File.ReadLines(Path.Join(root, file)).Where(line => line.Length > 0 && isWanted(line)).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
