using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins.Manifests;

namespace NodeAgent.Daemon.Plugins;

/// <summary>What the daemon gives to every backend.</summary>
/// <param name="Commands">The door to programs for a plugin: refuses what the manifest does not list.</param>
/// <param name="Log">Where a backend's lines go.</param>
public sealed record PluginSurroundings(
    Func<PluginManifest, BackendId, ICommands> Commands, Func<BackendId, IBackendLog> Log)
{
    /// <summary>What the cluster store keeps for a backend; null without a store of several nodes.</summary>
    public Func<BackendId, IUnitNotes?> Notes { get; init; } = static _ => null;
}
