namespace NodeAgent.Core.Views;

/// <summary>That a node's stay is being ended from outside, or was.</summary>
/// <param name="Session">The stay. A later one has nothing to do with it.</param>
/// <param name="By">The node that does it.</param>
/// <param name="Done">How it is known that it is over; null while that is not known.</param>
public sealed record FenceRecord(long Session, Contract.NodeId By, Proof? Done);
