using System.Buffers.Binary;

namespace NodeAgent.Bench.Agents;

/// <summary>
/// Reads what the guard tells its stand-in device: one letter, and the boot clock as it was then. So it does not matter how
/// late this process reads. A device would have reset the node wherever two feeds lie further apart than its timeout.
/// </summary>
/// <param name="timeout">The device's.</param>
internal sealed class FeedWatch(TimeSpan timeout)
{
    private const int RecordSize = 9;
    private readonly Lock reading = new();
    private long? last;
    private long longest;
    private long resets;
    private long feeds;

    /// <summary>Feeds so far, the longest time from one to the next, and how often that was longer than the timeout.</summary>
    public (long Feeds, TimeSpan Longest, long Resets) Seen
    {
        get
        {
            lock (reading)
            {
                return (feeds, TimeSpan.FromMicroseconds(longest / 1000.0), resets);
            }
        }
    }

    /// <summary>Reads until the pipe ends.</summary>
    public async Task ReadAsync(Stream pipe)
    {
        var record = new byte[RecordSize];
        while (await pipe.ReadAtLeastAsync(record, RecordSize, throwOnEndOfStream: false) == RecordSize)
        {
            Take((char)record[0], BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(1)));
        }
    }

    private void Take(char what, long nanoseconds)
    {
        lock (reading)
        {
            if (what is 'S' or 'F')
            {
                var gap = nanoseconds - (last ?? nanoseconds);
                longest = Math.Max(longest, gap);
                resets += gap > timeout.TotalNanoseconds ? 1 : 0;
                (last, feeds) = (nanoseconds, feeds + 1);
            }
            else if (what == 'V')
            {
                last = null;
            }
        }
    }
}
