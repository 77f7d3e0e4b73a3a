using NodeAgent.Contract;

namespace NodeAgent.Plugins.ZfsBackend;

/// <summary>The door of the plugin.</summary>
public sealed class ZfsBackendFactory : IBackendFactory
{
    /// <inheritdoc/>
    public IReadOnlyList<BackendOption> Options => ZfsOptions.All;

    /// <inheritdoc/>
    public Outcome<IBackend> Create(BackendContext context)
    {
        var options = ZfsOptions.From(context);
        return options.IsOk ? new Outcome<IBackend>(new DatasetBackend(context, options.Value)) : options.Fault;
    }
}
