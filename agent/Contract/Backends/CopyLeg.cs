namespace NodeAgent.Contract;

/// <summary>A part of one node's copy that can fail for itself: a drive of a mirror, a volume of a resource.</summary>
/// <param name="Node">Whose copy.</param>
/// <param name="Name">The part's name within a copy, the same on every node; keeps <see cref="Names.Rule"/>.</param>
/// <param name="State">What the storage says of it. That all are in sync does not say that the copy is certified.</param>
public sealed record CopyLeg(NodeId Node, string Name, CopyState State);
