using System.Text.Json;

namespace NodeAgent.Daemon.Plugins.Loading;

/// <summary>
/// Which assemblies are the framework's. Only these and the contract are shared with a plugin: what the agent itself
/// uses (its YAML parser, say) must never slip into a plugin that forgot to bring its own.
/// </summary>
internal sealed class FrameworkAssemblies
{
    private readonly Dictionary<string, string> paths;

    private FrameworkAssemblies(Dictionary<string, string> paths) => this.paths = paths;

    /// <summary>Those of this process.</summary>
    public static FrameworkAssemblies OfThisProcess { get; } = Find();

    /// <summary>The file of a framework assembly; null if the name is not the framework's.</summary>
    public string? Path(string name) => paths.GetValueOrDefault(name);

    private static FrameworkAssemblies Find()
    {
        var app = System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var trusted = ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "")
            .Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var shared = trusted.Where(path => !IsIn(path, app)).ToList();

        // Self-contained: the framework lies in the application's own folder, and only deps.json tells the two apart.
        var found = shared.Exists(path => IsCore(path)) ? WithShadowed(shared) : FromRuntimePacks(trusted);
        return new FrameworkAssemblies(found);
    }

    private static Dictionary<string, string> WithShadowed(List<string> shared)
    {
        // Where the application carries a newer copy of a framework assembly, the list names the application's.
        var files = shared.Select(path => System.IO.Path.GetDirectoryName(path)!)
            .Where(folder => folder.Contains("/shared/Microsoft.", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.dll"));
        return ByName(files);
    }

    private static Dictionary<string, string> FromRuntimePacks(string[] trusted)
    {
        var deps = ((string?)AppContext.GetData("APP_CONTEXT_DEPS_FILES") ?? "").Split(';')[0];
        if (!File.Exists(deps))
        {
            return ByName(trusted);
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(deps));
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var target in document.RootElement.GetProperty("targets").EnumerateObject())
        {
            foreach (var library in target.Value.EnumerateObject()
                .Where(library => library.Name.StartsWith("runtimepack.", StringComparison.Ordinal)))
            {
                if (library.Value.TryGetProperty("runtime", out var files))
                {
                    names.UnionWith(files.EnumerateObject().Select(file => System.IO.Path.GetFileName(file.Name)));
                }
            }
        }

        return ByName(trusted.Where(path => names.Contains(System.IO.Path.GetFileName(path))));
    }

    private static Dictionary<string, string> ByName(IEnumerable<string> files)
    {
        var byName = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in files)
        {
            byName.TryAdd(System.IO.Path.GetFileNameWithoutExtension(file), file);
        }

        return byName;
    }

    private static bool IsIn(string path, string folder) =>
        string.Equals(System.IO.Path.GetDirectoryName(path), folder, StringComparison.Ordinal);

    private static bool IsCore(string path) =>
        string.Equals(System.IO.Path.GetFileName(path), "System.Private.CoreLib.dll", StringComparison.Ordinal);
}
