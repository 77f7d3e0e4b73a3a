namespace NodeAgent.Contract;

/// <summary>What the host gives to a backend: everything it may touch comes in here.</summary>
/// <param name="Id">The name of the backend in the configuration.</param>
/// <param name="Node">The node this agent runs on.</param>
/// <param name="Options">The options, checked against <see cref="IBackendFactory.Options"/>.</param>
/// <param name="StateDirectory">A folder of the backend's own, mode 0700, kept across restarts.</param>
/// <param name="Commands">The only way to run a program.</param>
/// <param name="Time">The only clock.</param>
/// <param name="Log">Where to say what happens.</param>
public sealed record BackendContext(
    BackendId Id,
    NodeId Node,
    IReadOnlyDictionary<string, string> Options,
    string StateDirectory,
    ICommands Commands,
    TimeProvider Time,
    IBackendLog Log)
{
    /// <summary>The cluster store's notes about units; null if the host has no store to keep them.</summary>
    public IUnitNotes? Notes { get; init; }
}
