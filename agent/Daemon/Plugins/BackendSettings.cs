using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins;

/// <summary>A backend as the configuration wants it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Kind">The id of its plugin.</param>
/// <param name="Options">Its options.</param>
/// <param name="AcceptsTrial">True if it is to start although its plugin is on trial.</param>
public sealed record BackendSettings(BackendId Id, string Kind, IReadOnlyDictionary<string, string> Options, bool AcceptsTrial = false);
