using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend;

/// <summary>The plugin's door.</summary>
public sealed class CephBackendFactory : IBackendFactory
{
    /// <inheritdoc/>
    public IReadOnlyList<BackendOption> Options => CephOptions.All;

    /// <inheritdoc/>
    public Outcome<IBackend> Create(BackendContext context) =>
        CephOptions.From(context).Map<IBackend>(options => new CephStorage(context, options));
}
