using NodeAgent.Contract;

namespace NodeAgent.Daemon.Failover.Desk;

/// <summary>What a node's absence would mean for one backend's storage.</summary>
/// <param name="Backend">Its name.</param>
/// <param name="Serves">What the node serves of the storage.</param>
/// <param name="Objections">What would stop; none: the storage goes on without the node.</param>
public sealed record StorageAbsence(BackendId Backend, IReadOnlyList<string> Serves, IReadOnlyList<string> Objections);
