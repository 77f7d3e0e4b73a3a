using NodeAgent.Plugins.DirectoryBackend;

namespace NodeAgent.Tests.Daemon.Cli;

/// <summary>Installs the Directory plugin as a package would.</summary>
internal static class DirectoryPlugin
{
    public static string Install(string root) => Install(root, "Directory", typeof(DirectoryBackendFactory));

    /// <summary>Another plugin, from its folder in the tree.</summary>
    public static string Install(string root, string plugin, Type factory)
    {
        var folder = Path.Combine(root, plugin.ToLowerInvariant());
        Directory.CreateDirectory(folder);
        var assembly = factory.Assembly.Location;
        File.Copy(assembly, Path.Combine(folder, Path.GetFileName(assembly)));
        File.Copy(Path.Combine(Golden.Root(), "plugins", plugin, "nodeagent.plugin.json"), Path.Combine(folder, "nodeagent.plugin.json"));
        return folder;
    }

    /// <summary>A configuration with a backend "dir", everything in one folder.</summary>
    public static string Config(string folder) => $$"""
        node: { name: n1 }
        state: {{folder}}/state
        socket: {{folder}}/control.sock
        metrics: { listen: off }
        plugins: { path: {{folder}}/plugins, require_root_owned: false }
        backends:
          - id: dir
            plugin: directory
            options: { path: {{folder}}/data }

        """;
}
