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
    public Uri? Address => web is null ? null : new Uri(web.Urls.Single());

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

        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
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
        web.MapGet("/healthz", () => "ok\n");
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

    public async ValueTask DisposeAsync()
    {
        if (web is not null)
        {
            await web.StopAsync(CancellationToken.None);
            await web.DisposeAsync();
        }
    }
}
