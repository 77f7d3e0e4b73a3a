using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend.Compares;

/// <summary>One compare of two snapshots of a volume, byte for byte, with what the list of changed extents says. A piece at a time.</summary>
internal sealed class CompareRun : IAsyncDisposable
{
    /// <summary>Bytes of each snapshot that one step reads.</summary>
    public const int Piece = 4 << 20;

    private readonly byte[] before = new byte[Piece];
    private readonly byte[] after = new byte[Piece];
    private readonly IReadOnlyList<Extent> told;
    private readonly Stream older;
    private readonly Stream newer;
    private long position;
    private int extent;

    private CompareRun(ComparePair pair, IReadOnlyList<Extent> told, Stream older, Stream newer) => (Pair, this.told, this.older, this.newer) = (pair, told, older, newer);

    /// <summary>What is compared.</summary>
    public ComparePair Pair { get; }

    /// <summary>The first byte that differs and is not told, or is told as zero and is not; null if none was found yet.</summary>
    public long? Missed { get; private set; }

    /// <summary>How much of it is done, 0 to 1.</summary>
    public double Progress => newer.Length == 0 ? 1 : (double)position / newer.Length;

    /// <summary>True once all is read, or something was missed.</summary>
    public bool IsOver => Missed is not null || position >= newer.Length;

    /// <summary>Asks for the list, and opens both.</summary>
    public static async Task<Outcome<CompareRun>> BeginAsync(IChangedExtents changes, ComparePair pair, CancellationToken cancellation)
    {
        var list = await changes.ListAsync(pair.Volume, pair.From, pair.To, cancellation);
        var from = list.IsOk ? await changes.OpenAsync(pair.Volume, pair.From, cancellation) : list.Fault;
        if (!from.IsOk)
        {
            return from.Fault;
        }

        var to = await changes.OpenAsync(pair.Volume, pair.To, cancellation);
        if (to.IsOk)
        {
            return new CompareRun(pair, list.Value!, from.Value, to.Value);
        }

        await from.Value.DisposeAsync();
        return to.Fault;
    }

    /// <summary>Compares the next piece. Throws <see cref="IOException"/> where a snapshot cannot be read.</summary>
    public async Task StepAsync(CancellationToken cancellation)
    {
        var length = (int)Math.Min(Piece, newer.Length - position);
        await newer.ReadExactlyAsync(after.AsMemory(0, length), cancellation);
        var common = (int)Math.Clamp(older.Length - position, 0, length);
        await older.ReadExactlyAsync(before.AsMemory(0, common), cancellation);

        // Beyond its end the older one is zeros: that is what a copy of it would have there when it grows.
        before.AsSpan(common, length - common).Clear();
        for (var at = 0; at < length && Missed is null;)
        {
            var (end, isTold, isZero) = Stretch(position + at, position + length);
            var count = (int)(end - position) - at;
            var seen = after.AsSpan(at, count);
            var same = !isTold ? seen.CommonPrefixLength(before.AsSpan(at, count)) : isZero && seen.IndexOfAnyExcept((byte)0) is >= 0 and var first ? first : count;
            Missed = same < count ? position + at + same : null;
            at += count;
        }

        position += length;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await older.DisposeAsync();
        await newer.DisposeAsync();
    }

    // From here to where the list says something else: it is sorted, and its extents lie apart.
    private (long End, bool IsTold, bool IsZero) Stretch(long from, long limit)
    {
        while (extent < told.Count && told[extent].Offset + told[extent].Length <= from)
        {
            extent++;
        }

        return extent == told.Count ? (limit, false, false)
            : told[extent].Offset > from ? (Math.Min(limit, told[extent].Offset), false, false)
            : (Math.Min(limit, told[extent].Offset + told[extent].Length), true, told[extent].IsZero);
    }
}
