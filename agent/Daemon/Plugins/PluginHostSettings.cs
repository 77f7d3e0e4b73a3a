using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins.Discovery;
using NodeAgent.Daemon.Plugins.Guarding;

namespace NodeAgent.Daemon.Plugins;

/// <summary>Where the plugin host finds things and what it bears.</summary>
public sealed record PluginHostSettings
{
    /// <summary>The node.</summary>
    public required NodeId Node { get; init; }

    /// <summary>Where backends keep their state and the host its memory.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>Where plugins are installed.</summary>
    public string Root { get; init; } = PluginDiscovery.DefaultRoot;

    /// <summary>False lets anybody own the plugins: for a demo or for development, never on a node.</summary>
    public bool CheckOwnership { get; init; } = true;

    /// <summary>Deadlines and thresholds.</summary>
    public GuardPolicy Policy { get; init; } = new();

    /// <summary>Whether a plugin's files are all loaded at its start; see <c>PluginPreload</c>.</summary>
    public bool Preload { get; init; } = true;
}
