using System.Globalization;
using System.IO.Compression;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace NodeAgent.Daemon.Metrics;

/// <summary>Answers GET /metrics: <c>app.MapGet("/metrics", MetricsEndpoint.HandleAsync)</c>.</summary>
internal static class MetricsEndpoint
{
    // Prometheus' own default; a scraper that names a shorter time gets the shorter one.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>Registers what the handler needs. Sources are added as <see cref="IMetricSource"/> singletons.</summary>
    public static IServiceCollection AddAgentMetrics(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton<AgentMetrics>()
            .AddSingleton<IMetricSource, ProcessSource>()
            .AddSingleton<IMetricSource, RuntimeSource>()
            .AddSingleton<MetricsScrape>();
    }

    /// <summary>Writes the body in the negotiated format, or 503 when an earlier collection does not end in time.</summary>
    public static async Task HandleAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var request = context.Request.Headers;
        var response = context.Response;
        var format = AcceptHeader.Format(request.Accept);
        using var deadline = new CancellationTokenSource(Patience(request), services.GetRequiredService<TimeProvider>());
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        byte[] body;
        try
        {
            body = await services.GetRequiredService<MetricsScrape>().RenderAsync(format, either.Token);
        }
        catch (OperationCanceledException)
        {
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            response.ContentType = "text/plain; charset=utf-8";
            await response.WriteAsync("An earlier collection has not ended. See the agent's log.\n", context.RequestAborted);
            return;
        }

        response.ContentType = format == ExpositionFormat.OpenMetrics ? AcceptHeader.OpenMetricsType : AcceptHeader.TextType;
        response.Headers.Vary = "Accept, Accept-Encoding";
        response.Headers.CacheControl = "no-store";
        if (AcceptHeader.AcceptsGzip(request.AcceptEncoding))
        {
            response.Headers.ContentEncoding = "gzip";
            body = Compress(body);
        }

        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static TimeSpan Patience(IHeaderDictionary request)
    {
        var isGiven = double.TryParse(
            request["X-Prometheus-Scrape-Timeout-Seconds"], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds);
        return isGiven && seconds > 0 && seconds < LongestWait.TotalSeconds ? TimeSpan.FromSeconds(seconds) : LongestWait;
    }

    private static byte[] Compress(byte[] body)
    {
        using var packed = new MemoryStream(body.Length / 4);
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(body);
        }

        return packed.ToArray();
    }
}
