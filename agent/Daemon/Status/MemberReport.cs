using NodeAgent.Contract;

namespace NodeAgent.Daemon.Status;

/// <summary>A member of the cluster.</summary>
/// <param name="Node">Its name.</param>
/// <param name="IsIssuer">True for the one that lets others in.</param>
/// <param name="Addresses">Where it listens, the preferred one first.</param>
public sealed record MemberReport(NodeId Node, bool IsIssuer, IReadOnlyList<string> Addresses);
