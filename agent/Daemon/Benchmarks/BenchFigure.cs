namespace NodeAgent.Daemon.Benchmarks;

/// <summary>What one job measured.</summary>
/// <param name="Job">The job.</param>
/// <param name="Iops">Requests a second.</param>
/// <param name="MegabytesPerSecond">Millions of bytes a second.</param>
/// <param name="Latency">How long they took; of a job that flushes, the flushes.</param>
internal sealed record BenchFigure(string Job, double Iops, double MegabytesPerSecond, Latency Latency)
{
    /// <summary>The median of each number; of several rounds of one job.</summary>
    public static BenchFigure Median(IReadOnlyList<BenchFigure> rounds) => new(
        rounds[0].Job, Of(rounds, figure => figure.Iops), Of(rounds, figure => figure.MegabytesPerSecond),
        new Latency(
            Of(rounds, figure => figure.Latency.P50), Of(rounds, figure => figure.Latency.P95), Of(rounds, figure => figure.Latency.P99),
            Of(rounds, figure => figure.Latency.P999), rounds.Max(figure => figure.Latency.Max)));

    private static double Of(IReadOnlyList<BenchFigure> rounds, Func<BenchFigure, double> number)
    {
        var sorted = rounds.Select(number).Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
