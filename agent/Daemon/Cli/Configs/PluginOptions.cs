using System.Reflection;
using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins.Discovery;
using NodeAgent.Daemon.Plugins.Guarding;
using NodeAgent.Daemon.Plugins.Loading;

namespace NodeAgent.Daemon.Cli.Configs;

/// <summary>The options of installed plugins. Loads factories only; no backend is made and nothing is started.</summary>
internal sealed class PluginOptions
{
    private readonly Dictionary<string, LoadedPlugin> loaded = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> failures = new(StringComparer.Ordinal);

    private PluginOptions()
    {
    }

    /// <summary>Loads the plugins that are named, as the agent would: the newest version that can be loaded.</summary>
    public static async Task<PluginOptions> LoadAsync(
        string root, bool checkOwnership, IEnumerable<string> ids, TimeProvider time, CancellationToken cancellation)
    {
        var options = new PluginOptions();
        var policy = new GuardPolicy();
        var loader = new PluginLoader(checkOwnership, new PluginCode(time, policy.Grace), policy.StartDeadline);
        var installed = PluginDiscovery.Discover(root).ToDictionary(plugin => plugin.Id, StringComparer.Ordinal);
        foreach (var id in ids.Distinct(StringComparer.Ordinal).Where(installed.ContainsKey))
        {
            await options.LoadAsync(loader, installed[id], cancellation);
        }

        return options;
    }

    /// <summary>The options of a plugin; null if it is not there or cannot be loaded.</summary>
    public IReadOnlyList<BackendOption>? Of(string plugin) => loaded.GetValueOrDefault(plugin)?.Factory.Options;

    /// <summary>What was not tried of a plugin that is on trial; null if it is not.</summary>
    public string? TrialOf(string plugin) => loaded.GetValueOrDefault(plugin)?.Manifest.Trial;

    /// <summary>True if the host copies its units by streams. No backend is made: what it is able to do is seen in its code.</summary>
    public bool IsCopied(string plugin) =>
        loaded.GetValueOrDefault(plugin) is { } known && TypesOf(known.Factory.GetType().Assembly).Any(typeof(IReplicationStreams).IsAssignableFrom);

    /// <summary>Why a plugin that is there cannot be loaded; null if it can, or is not there.</summary>
    public string? FailureOf(string plugin) => failures.GetValueOrDefault(plugin);

    // Foreign code: what some of it needs may be missing.
    private static IEnumerable<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException partly)
        {
            return partly.Types.OfType<Type>();
        }
    }

    private async Task LoadAsync(PluginLoader loader, DiscoveredPlugin plugin, CancellationToken cancellation)
    {
        foreach (var version in plugin.Versions)
        {
            var loading = await loader.LoadAsync(version, cancellation);
            if (loading.Plugin is { } found)
            {
                loaded[plugin.Id] = found;
                return;
            }

            var worst = loading.Verdicts.First(verdict => !verdict.Passed);
            failures.TryAdd(plugin.Id, $"{worst.Reason.TrimEnd('.')}. {worst.Remedy}");
        }
    }
}
