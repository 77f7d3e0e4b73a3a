using System.Runtime;
using System.Runtime.InteropServices;
using NodeAgent.Daemon.Cli;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Daemon.Logging;
using NodeAgent.Daemon.Plugins;
using NodeAgent.Linux.Clocks;
using NodeAgent.Linux.Systemd;

namespace NodeAgent.Daemon.Hosting;

/// <summary>The agent as a process: reads the configuration, serves, tells systemd, ends on a signal.</summary>
internal sealed class DaemonProcess(string configPath, string dropIns)
{
    private static readonly TimeSpan LongestTurn = TimeSpan.FromMinutes(1);
    private volatile LogLevel level = LogLevel.Information;
    private ConfigReading? inForce;
    private readonly TimeProvider time = new BootTimeProvider();

    /// <summary>Runs until a signal; gives the exit code.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var reading = ConfigReader.Read(configPath, dropIns, new ConfigSources(Environment.MachineName));
        foreach (var problem in reading.Problems)
        {
            await Console.Error.WriteLineAsync(problem.ToString());
        }

        if (reading.Config is not { } config)
        {
            return ExitCode.BadConfiguration;
        }

        (inForce, level) = (reading, config.Log.Level);

        using var logs = AgentLogs.Create(() => level);
        var log = logs.CreateLogger<DaemonProcess>();
        var preload = PluginPreload.LoadHost(time);
        log.LogInformation("version {Version}: {Assemblies} assemblies loaded ahead in {Took} ms", AgentVersion.Running, preload.Assemblies, (long)preload.Took.TotalMilliseconds);
        using var notifier = Notifier.FromEnvironment();
        var meters = new AgentMeters(logs, time);
        var agent = await Agent.StartAsync(config with { Place = new(Path.GetFullPath(configPath), Path.GetFullPath(dropIns)) }, logs, time, meters.Observers, cancellation);
        if (!agent.IsOk)
        {
            log.LogCritical("{Fault}", agent.Fault);
            return ExitCode.Failed;
        }

        await using (agent.Value)
        {
            var sources = meters.Sources(agent.Value, ConfigHash.OfCluster(reading.Lines));
            return await ServeAsync(agent.Value, config, new MetricsServing(meters.Metrics, sources), notifier, logs, cancellation);
        }
    }

    private async Task<int> ServeAsync(
        Agent agent, AgentConfig config, MetricsServing serving, Notifier notifier, ILoggerFactory logs,
        CancellationToken cancellation)
    {
        var log = logs.CreateLogger<DaemonProcess>();
        await using var metrics = new MetricsListening(token => MetricsServer.StartAsync(config.Metrics.Listen, serving, logs, time, token), time, log);
        agent.Metrics = metrics;
        await metrics.StartAsync(cancellation);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => End(signal, ended));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => End(signal, ended));
        using var reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => Reload(signal, notifier, agent, log));
        notifier.Ready($"{config.Node}: {config.Backends.Count} backends, {agent.Registry.All().Count} units");
        log.LogInformation(
            "{Node} is ready; {Methods} methods were compiled while it started, in {Took} ms",
            config.Node, JitInfo.GetCompiledMethodCount(), (long)JitInfo.GetCompilationTime().TotalMilliseconds);
        var failed = agent.FailedAsync();
        var rest = RestingHeap.OfThisProcess(() => agent.Board.IsIdle, time).RunAsync(ended.Token);
        if (await Task.WhenAny(KeepAliveAsync(agent, notifier, ended.Token), failed) == failed)
        {
            // A bug: the process ends, systemd starts it again, and everything is taken up from the journal.
            log.LogCritical(failed.Exception?.GetBaseException(), "a part of the agent failed");
            return ExitCode.Failed;
        }

        await rest;
        notifier.Stopping();
        log.LogInformation("{Node} stops", config.Node);
        return ExitCode.Ok;
    }

    private static void End(PosixSignalContext signal, CancellationTokenSource ended)
    {
        signal.Cancel = true;
        ended.Cancel();
    }

    // A configuration with errors changes nothing; of a right one, what cannot change while running is told.
    private void Reload(PosixSignalContext signal, Notifier notifier, Agent agent, ILogger log)
    {
        signal.Cancel = true;
        notifier.Reloading();
        var reading = ConfigReader.Read(configPath, dropIns, new ConfigSources(Environment.MachineName));
        foreach (var problem in reading.Problems)
        {
            log.LogWarning("{Problem}", problem);
        }

        if (reading.Config is { } wanted)
        {
            var changes = ConfigDiff.Between(inForce!.Lines, reading.Lines);
            foreach (var change in changes)
            {
                log.LogInformation("reload: {Change}", change);
            }

            agent.Apply(wanted);
            level = wanted.Log.Level;
            inForce = reading;
        }

        var verdict = reading.Config is null ? "the new configuration has errors; the old one stays in force" : "reloaded";
        log.LogInformation("reload: {Verdict}", verdict);
        notifier.Ready(verdict);
    }

    // Forwards proof that the replication loop turns; a timer alone would prove nothing.
    private async Task KeepAliveAsync(Agent agent, Notifier notifier, CancellationToken cancellation)
    {
        var every = WatchdogInterval.FromEnvironment() is { } interval ? interval / 3 : TimeSpan.FromSeconds(10);
        var (turns, moved) = (agent.Loop.Turns, time.GetTimestamp());
        try
        {
            while (true)
            {
                await Task.Delay(every, time, cancellation);
                if (agent.Loop.Turns != turns)
                {
                    (turns, moved) = (agent.Loop.Turns, time.GetTimestamp());
                }

                if (time.GetElapsedTime(moved) < LongestTurn)
                {
                    notifier.KeepAlive();
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // A signal came.
        }
    }
}
