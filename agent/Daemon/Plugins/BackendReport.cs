using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins.Quarantines;

namespace NodeAgent.Daemon.Plugins;

/// <summary>A backend as `nodeagent plugin list` shows it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Kind">The id of its plugin.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="Reason">Why.</param>
/// <param name="Abilities">What it can do now.</param>
/// <param name="LeftBehind">Calls that were abandoned and still run.</param>
/// <param name="Quarantine">Why and until when it is kept from running; null if it is not.</param>
public sealed record BackendReport(
    BackendId Id,
    string Kind,
    PluginState State,
    string Reason,
    IReadOnlyList<string> Abilities,
    int LeftBehind,
    Quarantine? Quarantine);
