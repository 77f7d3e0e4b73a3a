using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Initiators;

namespace NodeAgent.Plugins.NvmeMirrorBackend;

/// <summary>The door of the plugin.</summary>
public sealed class MirrorBackendFactory : IBackendFactory
{
    /// <inheritdoc/>
    public IReadOnlyList<BackendOption> Options => MirrorOptions.All;

    /// <inheritdoc/>
    public Outcome<IBackend> Create(BackendContext context)
    {
        var options = OptionReading.From(context);
        return options.IsOk ? new Outcome<IBackend>(new MirrorBackend(context, options.Value, Places.OfTheSystem, Door.With(context.Time))) : options.Fault;
    }
}
