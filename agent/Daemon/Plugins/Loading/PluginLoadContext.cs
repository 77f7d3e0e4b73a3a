using System.Reflection;
using System.Runtime.Loader;

using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Loading;

/// <summary>
/// Where one version of a plugin lives. The contract is the host's, the framework is shared, everything else is
/// private; what is missing is an exception with a sentence, never a silent second choice.
/// </summary>
internal sealed class PluginLoadContext : AssemblyLoadContext
{
    private readonly AssemblyDependencyResolver resolver;
    private readonly FrameworkAssemblies framework;
    private readonly string plugin;

    public PluginLoadContext(string plugin, string assembly, FrameworkAssemblies framework)
        : base($"plugin {plugin}", isCollectible: true)
    {
        this.plugin = plugin;
        this.framework = framework;
        resolver = new AssemblyDependencyResolver(assembly);
    }

    /// <summary>The only assembly of ours that a plugin shares.</summary>
    public static Assembly Contract { get; } = typeof(IBackend).Assembly;

    /// <summary>The name of <see cref="Contract"/>.</summary>
    public static string ContractName { get; } = Contract.GetName().Name!;

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var name = assemblyName.Name!;
        if (string.Equals(name, ContractName, StringComparison.OrdinalIgnoreCase))
        {
            return Contract;
        }

        if (resolver.ResolveAssemblyToPath(assemblyName) is { } path)
        {
            return LoadFromAssemblyPath(path);
        }

        // A missing translation is ordinary: the runtime falls back to the parent culture.
        if (framework.Path(name) is not null || !string.IsNullOrEmpty(assemblyName.CultureName))
        {
            return null;
        }

        throw new FileNotFoundException(
            $"The plugin {plugin} refers to {name} {assemblyName.Version}, which is not in its folder", $"{name}.dll");
    }

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path
            ? LoadUnmanagedDllFromPath(path)
            : nint.Zero;
}
