using NodeAgent.Daemon.Plugins.Discovery;
using NodeAgent.Daemon.Plugins.Loading;

namespace NodeAgent.Daemon.Plugins;

/// <summary>A plugin in the host: what is installed and what runs of it.</summary>
internal sealed class HostedPlugin(string id, IPluginObserver observer)
{
    public PluginSubject Subject => PluginSubject.Plugin(id);

    public string Id => id;

    public PluginState State { get; private set; } = PluginState.Discovered;

    public string Reason { get; private set; } = "found";

    public IReadOnlyList<PluginFolder> Versions { get; set; } = [];

    public LoadedPlugin? Loaded { get; set; }

    /// <summary>By folder, what the steps found.</summary>
    public Dictionary<string, IReadOnlyList<LoadVerdict>> Verdicts { get; } = new(StringComparer.Ordinal);

    public void Become(PluginState next, string reason)
    {
        var before = State;
        (State, Reason) = (next, reason);
        if (before != next)
        {
            observer.StateChanged(Subject, before, next, reason);
        }
    }

    /// <summary>Keeps and tells what the steps found of one version.</summary>
    public void Judged(PluginFolder folder, IReadOnlyList<LoadVerdict> verdicts)
    {
        Verdicts[Name(folder)] = verdicts;
        foreach (var verdict in verdicts)
        {
            observer.Judged(id, Name(folder), verdict);
        }
    }

    /// <summary>How a version is called: by its number, or by its folder if the manifest is wrong.</summary>
    public static string Name(PluginFolder folder) =>
        folder.Manifest?.Version.ToString() ?? Path.GetFileName(folder.Path);
}
