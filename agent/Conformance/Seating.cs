using NodeAgent.Contract;

namespace NodeAgent.Conformance;

/// <summary>Where a backend is to be opened.</summary>
/// <param name="Backend">The backend's name.</param>
/// <param name="Node">The node it is to believe to run on.</param>
/// <param name="Storage">Which storage: equal words mean the same, different ones share nothing. "a" or "b".</param>
/// <param name="StorageFolder">A folder for that storage, for backends that need one.</param>
/// <param name="StateDirectory">The backend's own folder on that node.</param>
/// <param name="Wrap">Puts the kit between the backend and its commands, so that tools can fail on purpose.</param>
public sealed record Seating(
    BackendId Backend,
    NodeId Node,
    string Storage,
    string StorageFolder,
    string StateDirectory,
    Func<ICommands, ICommands> Wrap);
