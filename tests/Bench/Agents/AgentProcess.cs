using System.Diagnostics;
using System.Net;
using NodeAgent.Bench.Running;
using NodeAgent.Contract;
using NodeAgent.Daemon.Cli;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Bench.Agents;

/// <summary>A real agent in a process of its own, with nothing but the Directory backend.</summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(40);
    private readonly Process process;
    private readonly string log;

    private AgentProcess(Process process, string socket, string log, string volumes, IPEndPoint metrics)
    {
        this.process = process;
        this.log = log;
        Volumes = volumes;
        Metrics = new Uri($"http://{metrics}/metrics");
        Client = new ApiClient(socket);
    }

    public int Pid => process.Id;

    /// <summary>Where its volumes are.</summary>
    public string Volumes { get; }

    public Uri Metrics { get; }

    public ApiClient Client { get; }

    /// <summary>Starts node number N, on 127.0.0.N, and waits until it serves.</summary>
    /// <param name="root">A folder of its own will be in it.</param>
    /// <param name="number">Which.</param>
    /// <param name="more">What else its configuration says.</param>
    public static async Task<AgentProcess> StartAsync(string root, int number, string more = "")
    {
        var home = Path.Combine(root, $"n{number}");
        var volumes = Directory.CreateDirectory(Path.Combine(home, "volumes")).FullName;
        var plugins = Directory.CreateDirectory(Path.Combine(home, "plugins", "directory")).FullName;
        foreach (var file in Directory.EnumerateFiles(Built.DirectoryPlugin))
        {
            File.Copy(file, Path.Combine(plugins, Path.GetFileName(file)));
        }

        var address = $"127.0.0.{number}";
        var metrics = FreePort.On(address);
        var socket = Path.Combine(home, "control.sock");
        var config = Path.Combine(home, "nodeagent.yaml");
        await File.WriteAllTextAsync(config, $$"""
            node: { name: n{{number}} }
            state: {{home}}/state
            socket: {{socket}}
            networks:
              - { name: bench, address: {{address}} }
            peers: { port: {{FreePort.On(address).Port}}, networks: [bench] }
            metrics: { listen: "{{metrics}}" }
            plugins: { path: {{home}}/plugins, require_root_owned: false }
            backends:
              - { id: local, plugin: directory, options: { path: {{volumes}} } }
            {{more}}
            """);
        var output = Path.Combine(home, "log");
        var start = new ProcessStartInfo(
            "/bin/sh",
            ["-c", "exec \"$1\" daemon --config \"$2\" --conf-d \"$3\" > \"$4\" 2>&1", "sh", Built.Agent, config, Path.Combine(home, "none"), output]);
        var agent = new AgentProcess(Process.Start(start)!, socket, output, volumes, metrics);
        await agent.WaitAsync();
        return agent;
    }

    /// <summary>Founds a cluster on the first, and lets the others in.</summary>
    public static async Task JoinAsync(AgentProcess first, params AgentProcess[] others)
    {
        Good(await first.Client.PostAsync<DoneReport>("v1/cluster/init", new { }, CancellationToken.None));
        foreach (var other in others)
        {
            var token = Good(await first.Client.PostAsync<TokenReport>("v1/cluster/token", new { LifetimeSeconds = (double?)null }, CancellationToken.None));
            Good(await other.Client.PostAsync<DoneReport>("v1/cluster/join", new { token.Token, Through = (string?)null }, CancellationToken.None));
        }
    }

    /// <summary>The value of an outcome; a fault ends the benchmark.</summary>
    public static T Good<T>(Outcome<T> outcome) => outcome.IsOk ? outcome.Value : throw new CannotRunException(outcome.Fault.ToString());

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!process.HasExited)
        {
            // SIGTERM, as systemd does it.
            using var stop = Process.Start("kill", [$"{process.Id}"]);
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private async Task WaitAsync()
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (!(await Client.GetAsync("v1/status", CancellationToken.None)).IsOk)
        {
            if (process.HasExited || TimeProvider.System.GetElapsedTime(begin) > StartLimit)
            {
                throw new CannotRunException($"the agent did not start: {await File.ReadAllTextAsync(log)}");
            }

            await Task.Delay(100);
        }
    }
}
