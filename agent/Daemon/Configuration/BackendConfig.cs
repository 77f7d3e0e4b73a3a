using NodeAgent.Contract;

namespace NodeAgent.Daemon.Configuration;

/// <summary>A configured backend.</summary>
/// <param name="Id">Its name, the same on every node that has copies of its units.</param>
/// <param name="Plugin">The plugin's id.</param>
/// <param name="Options">The plugin's options as written.</param>
/// <param name="AcceptsTrial">True if it is to start although its plugin is on trial.</param>
internal sealed record BackendConfig(BackendId Id, string Plugin, IReadOnlyDictionary<string, string> Options, bool AcceptsTrial);
