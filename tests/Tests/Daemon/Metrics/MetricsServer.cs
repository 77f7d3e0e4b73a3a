using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodeAgent.Daemon.Metrics;

namespace NodeAgent.Tests.Daemon.Metrics;

/// <summary>A real Kestrel on a free loopback port, as the daemon will host it.</summary>
internal sealed class MetricsServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private MetricsServer(WebApplication app, AgentMetrics metrics)
    {
        this.app = app;
        Metrics = metrics;
        Address = new Uri(app.Urls.Single());
        Client = new HttpClient { BaseAddress = Address };
    }

    public AgentMetrics Metrics { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public static async Task<MetricsServer> StartAsync(params IMetricSource[] sources)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddAgentMetrics();
        foreach (var source in sources)
        {
            builder.Services.AddSingleton(source);
        }

        var built = builder.Build();
        built.MapGet("/metrics", MetricsEndpoint.HandleAsync);
        await built.StartAsync();
        return new MetricsServer(built, built.Services.GetRequiredService<AgentMetrics>());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }
}
