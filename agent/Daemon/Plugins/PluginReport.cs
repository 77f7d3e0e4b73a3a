using NodeAgent.Daemon.Plugins.Loading;
using NodeAgent.Daemon.Plugins.Quarantines;

namespace NodeAgent.Daemon.Plugins;

/// <summary>A plugin as `nodeagent plugin list` shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="Reason">Why.</param>
/// <param name="Version">The version that is loaded; null if none is.</param>
/// <param name="Installed">All versions on disk, newest first.</param>
/// <param name="Chosen">The version that an operator chose over the newest; null if none was.</param>
/// <param name="Verdicts">What the steps found, per version tried.</param>
/// <param name="Quarantine">Why and until when it is kept from running; null if it is not.</param>
/// <param name="Trial">What was not tried yet; null if it is not on trial.</param>
public sealed record PluginReport(
    string Id,
    PluginState State,
    string Reason,
    string? Version,
    IReadOnlyList<string> Installed,
    string? Chosen,
    IReadOnlyDictionary<string, IReadOnlyList<LoadVerdict>> Verdicts,
    Quarantine? Quarantine,
    string? Trial);
