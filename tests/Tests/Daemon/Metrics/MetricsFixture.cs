using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Daemon.Metrics;

namespace NodeAgent.Tests.Daemon.Metrics;

/// <summary>Short ways to say what a test needs.</summary>
internal static class MetricsFixture
{
    public static MetricLosses NoLosses { get; } = new(NullLogger.Instance);

    public static string Root { get; } = FindRoot();

    public static AgentMetrics NewAgentMetrics() => new(NullLogger<AgentMetrics>.Instance);

    public static MetricRegistry NewRegistry(params MetricDefinition[] definitions) => new(definitions, NullLogger.Instance);

    public static MetricDefinition Define(string name, MetricKind kind, params string[] labels) =>
        new("Test", name, kind, "Help.", string.Empty, 10, [.. labels.Select(l => (MetricLabel)l)])
        {
            Buckets = kind == MetricKind.Histogram ? [0.5, 1, 2.5] : [],
        };

    public static MetricDefinition Closed(string name, MetricKind kind, string label, params string[] values) =>
        Define(name, kind) with { Labels = [new MetricLabel(label, [.. values])] };

    public static string Text(MetricFamily family) => Write(ExpositionFormat.Text, family.Snapshot());

    public static string OpenMetrics(MetricFamily family) => Write(ExpositionFormat.OpenMetrics, family.Snapshot());

    public static string Write(ExpositionFormat format, params FamilySnapshot[] families) =>
        Encoding.UTF8.GetString(ExpositionWriter.Write(families, format));

    public static string Write(this AgentMetrics metrics, ExpositionFormat format) =>
        Encoding.UTF8.GetString(ExpositionWriter.Write(metrics.Registry.Snapshot(), format));

    public static string ReadFile(params string[] path) => File.ReadAllText(Path.Combine([Root, .. path]));

    /// <summary>What a node with this many units on three nodes reports.</summary>
    public static AgentMetrics FilledAgentMetrics(int units)
    {
        var metrics = NewAgentMetrics();
        metrics.BuildInfo.Set("0.1.0", "abc", ".NET 10", "1.0");
        metrics.Registry.ZeroInitialise(("backend", "zfs"));
        metrics.Registry.ZeroInitialise(("plugin", "zfs"));
        metrics.PluginState.SetState("ready", "zfs");
        metrics.PoolHealth.SetState("ok", "zfs", "tank");
        foreach (var unit in Enumerable.Range(0, units).Select(i => $"tank/vm{i}"))
        {
            metrics.UnitWriter.Set(1, unit);
            metrics.UnitEpoch.Set(3, unit);
            metrics.UnitCopiesWanted.Set(3, unit);
            metrics.ReplicationObjective.Set(300, unit);
            foreach (var node in new[] { "n1", "n2", "n3" })
            {
                metrics.CopyState.SetState("in_sync", unit, node);
                metrics.LossIfPromoted.Set(0.125, unit, node);
                metrics.Registry.ZeroInitialise(("unit", unit), ("peer", node));
                metrics.ReplicationRecoveryPointTimestamp.Set(1795217000.123, unit, node);
                metrics.ReplicationLastSuccessTimestamp.Set(1795217001.456, unit, node);
                metrics.ReplicationSentBytes.Add(123456789, unit, node);
            }
        }

        return metrics;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "NodeAgent.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository");
    }
}
