using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NodeAgent.Contract;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Daemon.Peers.Transport;

namespace NodeAgent.Daemon.Hosting;

/// <summary>Serves /metrics and /healthz, read-only.</summary>
internal sealed class MetricsServer(WebApplication? web) : IAsyncDisposable
{
    /// <summary>Where it listens, with the real port; null if it is switched off.</summary>
    public Uri? Address { get; } = web is null ? null : new Uri(web.Urls.Single());

    public static async Task<Outcome<MetricsServer>> StartAsync(
        IPEndPoint? listen, MetricsServing serving, ILoggerFactory logs, TimeProvider time, CancellationToken cancellation)
    {
        if (listen is null)
        {
            return new MetricsServer(null);
        }

        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton(time);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(3));
        builder.Services.AddAgentMetrics();
        builder.Services.Replace(ServiceDescriptor.Singleton(serving.Metrics));
        foreach (var source in serving.Sources)
        {
            builder.Services.AddSingleton(source);
        }

        builder.WebHost.UseKestrelCore().UseSockets(transport => transport.CreateBoundListenSocket = SocketTuning.Bound).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = 64;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(listen);
        });
        var web = builder.Build();
        web.UseRouting();
        web.MapGet("/metrics", MetricsEndpoint.HandleAsync);

        // Written out: a bare lambda would be compiled from expressions at the first request, whichever that is.
        web.MapGet("/healthz", context =>
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            return context.Response.WriteAsync("ok\n", context.RequestAborted);
        });
        try
        {
            await web.StartAsync(cancellation);
            return new MetricsServer(web);
        }
        catch (Exception refused) when (refused is IOException or SocketException)
        {
            await web.DisposeAsync();
            return new Fault(FaultCode.PreconditionFailed, $"cannot serve metrics on {listen}", refused.Message,
                "Find who uses the address ('ss -ltnp'), or change metrics.listen.", Retry.AfterFix);
        }
    }

    /// <summary>
    /// Asks itself once in each format, before the agent says that it is ready: what a first answer compiles and loads then
    /// costs no scraper its patience. A fault if it does not answer.
    /// </summary>
    public async Task<Outcome> WarmAsync(CancellationToken cancellation)
    {
        if (Address is null)
        {
            return Outcome.Done;
        }

        using var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(10) };
        try
        {
            foreach (var accept in new[] { AcceptHeader.TextType, AcceptHeader.OpenMetricsType })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/metrics", UriKind.Relative));
                request.Headers.TryAddWithoutValidation("Accept", accept);
                request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
                using var answer = await client.SendAsync(request, cancellation);
                answer.EnsureSuccessStatusCode();
                await answer.Content.ReadAsByteArrayAsync(cancellation);
            }

            return Outcome.Done;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return new Fault(FaultCode.TimedOut, $"cannot tell whether metrics are served on {Address}", failure.Message,
                "Ask it: 'curl " + Address + "metrics'.", Retry.Later);
        }
    }

    /// <summary>Answers nobody any more.</summary>
    public Task StopAsync() => web?.StopAsync(CancellationToken.None) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (web is not null)
        {
            await StopAsync();
            await web.DisposeAsync();
        }
    }
}
