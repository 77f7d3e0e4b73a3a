namespace NodeAgent.Daemon.Metrics;

/// <summary>Collects and renders, one at a time. A body younger than <see cref="Freshness"/> is served again, so that two
/// scrapers or a busy loop cost one collection.</summary>
internal sealed class MetricsScrape(
    AgentMetrics metrics, IEnumerable<IMetricSource> sources, TimeProvider time, ILogger<MetricsScrape> log) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly IMetricSource[] sources = [.. sources];
    private readonly HashSet<string> failing = new(StringComparer.Ordinal);
    private readonly Dictionary<ExpositionFormat, (long At, byte[] Body)> recent = [];

    /// <summary>Age up to which a rendered body is served again.</summary>
    public static TimeSpan Freshness { get; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The body in the wanted format.</summary>
    /// <exception cref="OperationCanceledException">Another collection did not end before the token fired.</exception>
    public async Task<byte[]> RenderAsync(ExpositionFormat format, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            if (recent.TryGetValue(format, out var last) && time.GetElapsedTime(last.At) < Freshness)
            {
                return last.Body;
            }

            var at = time.GetTimestamp();
            foreach (var source in sources)
            {
                Collect(source);
            }

            var body = ExpositionWriter.Write(metrics.Registry.Snapshot(), format);
            recent[format] = (at, body);
            return body;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private void Collect(IMetricSource source)
    {
        var start = time.GetTimestamp();
        var isSuccess = true;
        try
        {
            source.Collect(metrics);
            failing.Remove(source.Collector);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // One broken collector must not blind the operator to all the others.
            isSuccess = false;
            if (failing.Add(source.Collector))
            {
                log.LogWarning(e, "Metrics collector {Collector} fails; its values are old or absent", source.Collector);
            }
        }

        metrics.CollectorSuccess.Set(isSuccess, source.Collector);
        metrics.CollectorDuration.Set(time.GetElapsedTime(start).TotalSeconds, source.Collector);
    }
}
