namespace NodeAgent.Daemon.Plugins.Loading;

/// <summary>What came of loading a folder.</summary>
/// <param name="Plugin">The plugin; null if a step failed.</param>
/// <param name="Verdicts">Every step.</param>
internal sealed record PluginLoading(LoadedPlugin? Plugin, IReadOnlyList<LoadVerdict> Verdicts);
