using NodeAgent.Daemon.Plugins;

namespace NodeAgent.Daemon.Api;

/// <summary>Plugins and backends on this node.</summary>
/// <param name="Plugins">What is installed.</param>
/// <param name="Backends">What is configured.</param>
internal sealed record PluginsReport(IReadOnlyList<PluginReport> Plugins, IReadOnlyList<BackendReport> Backends);
