using NodeAgent.Contract;

namespace NodeAgent.Daemon.Configuration;

/// <summary>What the configuration depends on besides its files.</summary>
/// <param name="HostName">The machine's name, for the node's default name.</param>
/// <param name="OptionsOf">
/// The options of a plugin, by its id; null if there is no such plugin. Without this function, options are not checked.
/// </param>
/// <param name="TrialOf">What was not tried of a plugin that is on trial, by its id; null if it is not. Without this function, nobody asks.</param>
internal sealed record ConfigSources(string HostName, Func<string, IReadOnlyList<BackendOption>?>? OptionsOf = null, Func<string, string?>? TrialOf = null)
{
    /// <summary>Whether the host copies units of a plugin by streams, by its id. Without this function, nobody asks how old such copies get.</summary>
    public Func<string, bool>? IsCopied { get; init; }
}
