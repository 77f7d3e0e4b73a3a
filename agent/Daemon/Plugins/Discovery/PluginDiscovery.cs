using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins.Loading;
using NodeAgent.Daemon.Plugins.Manifests;

namespace NodeAgent.Daemon.Plugins.Discovery;

/// <summary>
/// Finds plugins: <c>ROOT/ID/nodeagent.plugin.json</c> and, side by side, <c>ROOT/ID/VERSION/nodeagent.plugin.json</c>.
/// </summary>
public static class PluginDiscovery
{
    /// <summary>Where packages install plugins.</summary>
    public const string DefaultRoot = "/usr/lib/nodeagent/plugins";

    /// <summary>All plugins under <paramref name="root"/>, ordered by id. No such folder: none.</summary>
    public static IReadOnlyList<DiscoveredPlugin> Discover(string root)
    {
        if (!Directory.Exists(root))
        {
            return [];
        }

        return [.. Folders(root).Select(folder => Discover(root, folder)).OfType<DiscoveredPlugin>()];
    }

    private static DiscoveredPlugin? Discover(string root, string folder)
    {
        var id = Path.GetFileName(folder);
        var versions = new List<PluginFolder>();
        if (HasManifest(folder))
        {
            versions.Add(CheckId(PluginFolder.Read(folder, root), id));
        }

        versions.AddRange(Folders(folder)
            .Where(HasManifest)
            .Select(inner => CheckVersion(CheckId(PluginFolder.Read(inner, root), id))));
        if (versions.Count == 0)
        {
            return null;
        }

        return new DiscoveredPlugin(id, [.. versions
            .OrderByDescending(version => version.Manifest?.Version)
            .ThenBy(version => version.Path, StringComparer.Ordinal)]);
    }

    private static PluginFolder CheckId(PluginFolder folder, string id)
    {
        if (!Names.IsValid(id))
        {
            return Refuse(folder, $"the folder '{id}' cannot be a plugin's id", $"Rename it: an id is {Names.Rule}.");
        }

        return folder.Manifest is { } manifest && !string.Equals(manifest.Id, id, StringComparison.Ordinal)
            ? Refuse(folder, $"the manifest says id '{manifest.Id}', the folder '{id}'", "Make the two equal.")
            : folder;
    }

    private static PluginFolder CheckVersion(PluginFolder folder)
    {
        var name = Path.GetFileName(folder.Path);
        return folder.Manifest is { } manifest && !string.Equals(manifest.Version.ToString(), name, StringComparison.Ordinal)
            ? Refuse(folder, $"the manifest says version '{manifest.Version}', the folder '{name}'", "Make the two equal.")
            : folder;
    }

    private static PluginFolder Refuse(PluginFolder folder, string reason, string remedy) => folder with
    {
        Manifest = null,
        Verdicts = [.. folder.Verdicts, LoadVerdict.Bad(LoadStage.Discovery, $"{folder.Path}: {reason}", remedy)],
    };

    // An installer copies to a dotted name and renames when the copy is whole, so nothing half copied is ever read.
    private static IEnumerable<string> Folders(string parent) => Directory.EnumerateDirectories(parent)
        .Where(path => !Path.GetFileName(path).StartsWith('.'))
        .Order(StringComparer.Ordinal);

    private static bool HasManifest(string folder) => File.Exists(Path.Combine(folder, PluginManifest.FileName));
}
