using NodeAgent.Contract;

namespace NodeAgent.Daemon.Stores;

/// <summary>A member of the store that has a vote.</summary>
/// <param name="Name">As people know it: its name, or where it is reached.</param>
/// <param name="Node">The node it is on; null: on none of the cluster's.</param>
/// <param name="Problem">Why it is not counted on; null: it answers, and has a leader.</param>
internal sealed record StoreVoter(string Name, NodeId? Node, string? Problem);
