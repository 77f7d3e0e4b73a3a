using NodeAgent.Contract;

namespace NodeAgent.Core.Views;

/// <summary>Who may write a service's units, and since which stay of that node in the cluster.</summary>
/// <param name="Node">The writer.</param>
/// <param name="Session">The stay that it was given in: a node that joins anew has lost it.</param>
/// <param name="BootId">The kernel's boot id of that stay.</param>
/// <param name="Epoch">Grows with every tenure.</param>
/// <param name="Proof">About the writer before.</param>
public sealed record Tenure(NodeId Node, long Session, string BootId, Epoch Epoch, Proof Proof);
