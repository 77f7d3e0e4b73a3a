using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Daemon.Hosting;
using NodeAgent.Daemon.Plugins;
using NodeAgent.Daemon.Units;
using NodeAgent.Linux.Clocks;
using NodeAgent.Tests.Daemon.Metrics;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Hosting;

/// <summary>A whole agent in this process, as the daemon starts it, with the Directory plugin and /metrics on loopback.</summary>
internal sealed class RunningAgent : IAsyncDisposable
{
    private readonly TempFolder folder;
    private readonly NodeAgent.Daemon.Hosting.MetricsServer server;
    private readonly HttpClient client;

    private RunningAgent(TempFolder folder, Agent agent, NodeAgent.Daemon.Hosting.MetricsServer server)
    {
        this.folder = folder;
        this.server = server;
        Agent = agent;
        client = new HttpClient { BaseAddress = server.Address };
    }

    public Agent Agent { get; }

    /// <summary>Where its command line asks.</summary>
    public string Socket => folder["s"];

    /// <summary>A port that is free on every loopback address.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts one; with the folder of a plugin called "fixture" that is its only backend, "tank".</summary>
    public static async Task<RunningAgent> StartAsync(string node, string address, int port, ILoggerFactory? logs = null, string? fixture = null)
    {
        var temp = new TempFolder();
        var reading = ConfigReader.Read(Configuration(temp, node, address, port, fixture), null, new ConfigSources(node));
        var config = reading.Config ?? throw new InvalidOperationException(string.Join('\n', reading.Problems));
        var time = new BootTimeProvider();
        logs ??= NullLoggerFactory.Instance;
        var meters = new AgentMeters(logs, time);
        var agent = await Agent.StartAsync(config, logs, time, meters.Observers, CancellationToken.None);
        Assert.IsTrue(agent.IsOk, agent.Fault?.ToString());
        var backend = agent.Value.Plugins.Backends.Single();
        Assert.AreEqual(PluginState.Ready, backend.State, backend.Reason);
        var sources = meters.Sources(agent.Value, ConfigHash.OfCluster(reading.Lines));
        var serving = await NodeAgent.Daemon.Hosting.MetricsServer.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0), new MetricsServing(meters.Metrics, sources), logs, time, CancellationToken.None);
        Assert.IsTrue(serving.IsOk, serving.Fault?.ToString());
        return new RunningAgent(temp, agent.Value, serving.Value);
    }

    public Task<string> ScrapeAsync() => client.GetStringAsync(new Uri("/metrics", UriKind.Relative));

    public async Task<string> ScrapeOpenMetricsAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/metrics", UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Accept", "application/openmetrics-text;version=1.0.0");
        using var answer = await client.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>The value of one series; null if it is absent.</summary>
    public async Task<double?> ValueAsync(string name, params (string Label, string Value)[] labels) =>
        ValueOf(await ScrapeAsync(), name, labels);

    /// <summary>The value of one series in a body; null if it is absent.</summary>
    public static double? ValueOf(string body, string name, params (string Label, string Value)[] labels)
    {
        var found = ExpositionReader.Read(body)
            .Where(s => s.Name == name && labels.All(l => s.Labels.GetValueOrDefault(l.Label) == l.Value))
            .ToList();
        Assert.IsLessThan(2, found.Count, $"{name} is ambiguous");
        return found.Count == 0 ? null : found[0].Value;
    }

    /// <summary>Scrapes until it holds; fails after half a minute with the last body.</summary>
    public async Task<string> ScrapeUntilAsync(Func<string, bool> holds)
    {
        var body = string.Empty;
        for (var tries = 0; tries < 600; tries++)
        {
            body = await ScrapeAsync();
            if (holds(body))
            {
                return body;
            }

            await Task.Delay(50);
        }

        Assert.Fail("waited in vain; the last scrape was\n" + body);
        return body;
    }

    public async Task CreateAsync(string unit, IReadOnlyList<string>? copies = null, double? interval = null)
    {
        var made = await Agent.Volumes.CreateAsync(
            new VolumeOrder(null, unit, "data", null, 4 << 20, "", new Dictionary<string, string>(), copies, interval), CancellationToken.None);
        Assert.IsTrue(made.IsOk, made.Fault?.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
        await Agent.DisposeAsync();
        folder.Dispose();
    }

    private static string Configuration(TempFolder folder, string node, string address, int port, string? fixture)
    {
        // The plugin as it was built beside these tests: artifacts/bin/Directory/debug.
        var built = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var plugin = Path.Combine(built.Parent!.Parent!.FullName, "Directory", built.Name);
        Directory.CreateDirectory(folder["plugins/directory"]);
        foreach (var file in Directory.EnumerateFiles(plugin))
        {
            File.Copy(file, folder["plugins/directory/" + Path.GetFileName(file)]);
        }

        Directory.CreateDirectory(folder["files"]);
        var path = folder["nodeagent.yaml"];
        File.WriteAllText(path, $$"""
            node: {name: {{node}}}
            state: {{folder["state"]}}
            socket: {{folder["s"]}}
            networks: [{name: loop, address: {{address}}}]
            peers: {port: {{port}}, networks: [loop]}
            plugins: {path: {{fixture ?? folder["plugins"]}}, require_root_owned: false}
            backends: [{{(fixture is null ? $"{{id: files, plugin: directory, options: {{ path: {folder["files"]} }} }}" : "{id: tank, plugin: fixture}")}}]
            """);
        return path;
    }
}
