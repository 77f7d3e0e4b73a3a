using NodeAgent.Contract;

namespace NodeAgent.Core.Nodes;

/// <summary>A service that nobody may write.</summary>
/// <param name="Since">Since when, on this node's boot clock.</param>
/// <param name="Revision">The state of the store in which that was seen first.</param>
/// <param name="Epoch">The tenure that was lost. After another one all begins anew.</param>
public sealed record Orphan(Instant Since, long Revision, Epoch Epoch);
