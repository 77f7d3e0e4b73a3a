using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins.Discovery;
using NodeAgent.Daemon.Plugins.Guarding;
using NodeAgent.Daemon.Plugins.Loading;
using NodeAgent.Daemon.Plugins.Quarantines;

namespace NodeAgent.Daemon.Plugins;

/// <summary>The installed plugins: finds them, picks a version, loads it, lets it go.</summary>
internal sealed class PluginShelf(
    PluginHostSettings settings, PluginLoader loader, QuarantineBook book, TimeProvider time, IPluginObserver observer)
{
    private readonly Dictionary<string, HostedPlugin> plugins = new(StringComparer.Ordinal);

    public IReadOnlyList<HostedPlugin> Plugins
    {
        get
        {
            lock (plugins)
            {
                return [.. plugins.Values.OrderBy(plugin => plugin.Id, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Looks at the plugin root and judges what is new there. Runs no plugin code.</summary>
    public void Discover()
    {
        foreach (var found in PluginDiscovery.Discover(settings.Root))
        {
            var plugin = Plugin(found.Id);
            plugin.Versions = found.Versions;
            foreach (var folder in found.Versions.Where(folder => !plugin.Verdicts.ContainsKey(HostedPlugin.Name(folder))))
            {
                plugin.Judged(folder, loader.Inspect(folder));
            }

            if (plugin.State == PluginState.Discovered
                && found.Versions.Any(folder => plugin.Verdicts[HostedPlugin.Name(folder)].All(verdict => verdict.Passed)))
            {
                plugin.Become(PluginState.Verified, "its files are right");
            }
        }
    }

    public HostedPlugin? Find(string id)
    {
        lock (plugins)
        {
            return plugins.GetValueOrDefault(id);
        }
    }

    /// <summary>The loaded plugin of an id; loads the chosen version, else the newest that can be loaded.</summary>
    public async Task<Outcome<LoadedPlugin>> StartAsync(string id, CancellationToken cancellation)
    {
        if (Find(id) is not { } plugin)
        {
            return NotInstalled(id);
        }

        if (plugin.Loaded is { } running)
        {
            return running;
        }

        if (Quarantined(plugin) is { } quarantined)
        {
            return quarantined;
        }

        plugin.Become(PluginState.Starting, "loading");
        var loaded = await LoadFirstAsync(plugin, cancellation);
        book.Started(id, loaded is not null);
        if (loaded is null)
        {
            plugin.Become(PluginState.Stopped, Worst(plugin));
            return new Fault(
                FaultCode.PreconditionFailed,
                $"cannot load plugin {id}",
                plugin.Reason,
                $"Run: nodeagent plugin verify {plugin.Versions[0].Path}",
                Retry.AfterFix);
        }

        plugin.Loaded = loaded;
        plugin.Become(PluginState.Ready, $"version {loaded.Manifest.Version}");
        return loaded;
    }

    /// <summary>Loads one version beside whatever runs.</summary>
    public async Task<PluginLoading> LoadBesideAsync(
        HostedPlugin plugin, PluginFolder folder, CancellationToken cancellation)
    {
        var loading = await loader.LoadAsync(folder, cancellation);
        if (loading.Plugin is { } loaded && settings.Preload)
        {
            PluginPreload.LoadAll(loaded.Context, folder.Path, time);
        }

        plugin.Judged(folder, loading.Verdicts);
        return loading;
    }

    private HostedPlugin Plugin(string id)
    {
        lock (plugins)
        {
            if (!plugins.TryGetValue(id, out var plugin))
            {
                plugin = new HostedPlugin(id, observer);
                plugins.Add(id, plugin);
            }

            return plugin;
        }
    }

    private async Task<LoadedPlugin?> LoadFirstAsync(HostedPlugin plugin, CancellationToken cancellation)
    {
        // An operator's choice first, then from the newest down: an older one that works beats a newer that does not.
        var choice = book.Choice(plugin.Id);
        var order = plugin.Versions.OrderByDescending(
            folder => string.Equals(HostedPlugin.Name(folder), choice, StringComparison.Ordinal));
        foreach (var folder in order)
        {
            var loading = await LoadBesideAsync(plugin, folder, cancellation);
            if (loading.Plugin is not null)
            {
                return loading.Plugin;
            }
        }

        return null;
    }

    private Fault? Quarantined(HostedPlugin plugin)
    {
        var what = $"cannot load plugin {plugin.Id}";
        var quarantine = book.Find(plugin.Subject);
        if (quarantine is null && book.Starting(plugin.Id) is var deaths && deaths >= settings.Policy.DeathsToQuarantine)
        {
            quarantine = book.Add(plugin.Subject, $"the process died {deaths} times in a row while it was starting");
            book.Started(plugin.Id, isGood: false);
        }

        if (quarantine is null)
        {
            return null;
        }

        plugin.Become(PluginState.Quarantined, quarantine.Reason);
        return PluginFaults.Quarantined(what, quarantine.Reason, quarantine.Until, plugin.Id);
    }

    private static string Worst(HostedPlugin plugin) => plugin.Versions
        .SelectMany(folder => plugin.Verdicts.GetValueOrDefault(HostedPlugin.Name(folder)) ?? [])
        .FirstOrDefault(verdict => !verdict.Passed)?.ToString() ?? "no version can be loaded";

    private Fault NotInstalled(string id)
    {
        var installed = string.Join(", ", Plugins.Select(plugin => plugin.Id));
        return new Fault(
            FaultCode.NotFound,
            $"cannot load plugin {id}",
            $"it is not under {settings.Root} (there: {(installed.Length == 0 ? "nothing" : installed)})",
            "Install it, or mend the backend's kind.",
            Retry.AfterFix);
    }
}
