using NodeAgent.Contract;

namespace NodeAgent.Plugins.LinstorBackend;

/// <summary>The door of the plugin.</summary>
public sealed class DrbdBackendFactory : IBackendFactory
{
    /// <inheritdoc/>
    public IReadOnlyList<BackendOption> Options => DrbdOptions.All;

    /// <inheritdoc/>
    public Outcome<IBackend> Create(BackendContext context)
    {
        var options = OptionReading.From(context);
        return options.IsOk ? new Outcome<IBackend>(new DrbdBackend(context, options.Value, Places.OfTheSystem)) : options.Fault;
    }
}
