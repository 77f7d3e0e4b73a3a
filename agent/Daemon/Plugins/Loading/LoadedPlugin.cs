using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins.Manifests;

namespace NodeAgent.Daemon.Plugins.Loading;

/// <summary>A plugin whose factory stands ready.</summary>
internal sealed class LoadedPlugin
{
    private PluginLoadContext? context;
    private IBackendFactory? factory;

    public LoadedPlugin(PluginManifest manifest, string path, PluginLoadContext context, IBackendFactory factory)
    {
        Manifest = manifest;
        Path = path;
        this.context = context;
        this.factory = factory;
    }

    public PluginManifest Manifest { get; }

    /// <summary>The folder it was loaded from.</summary>
    public string Path { get; }

    public IBackendFactory Factory => factory ?? throw new InvalidOperationException($"{Manifest.Id} was unloaded");

    public PluginLoadContext Context => context ?? throw new InvalidOperationException($"{Manifest.Id} was unloaded");

    /// <summary>Lets go of everything; whether it really went, <see cref="UnloadVerifier"/> finds out.</summary>
    public WeakReference Unload()
    {
        var unloading = new WeakReference(context);
        context?.Unload();
        context = null;
        factory = null;
        return unloading;
    }
}
