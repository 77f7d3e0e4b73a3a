namespace NodeAgent.Daemon.Plugins.Discovery;

/// <summary>A plugin and the versions of it that are installed.</summary>
/// <param name="Id">The name of its folder.</param>
/// <param name="Versions">Newest first; folders with a wrong manifest come last.</param>
public sealed record DiscoveredPlugin(string Id, IReadOnlyList<PluginFolder> Versions);
