using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins;

/// <summary>A backend as the configuration wants it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Kind">The id of its plugin.</param>
/// <param name="Options">Its options.</param>
public sealed record BackendSettings(BackendId Id, string Kind, IReadOnlyDictionary<string, string> Options);
