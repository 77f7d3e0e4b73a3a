namespace NodeAgent.Daemon.Metrics;

/// <summary>Counts per bucket, +Inf last, and the sum. The count is derived, so the two can never disagree.</summary>
internal sealed class HistogramCell(int buckets)
{
    public long[] Counts { get; } = new long[buckets + 1];

    public double Sum { get; set; }
}
