namespace NodeAgent.Contract;

/// <summary>One copy of a unit, as seen from this node.</summary>
/// <param name="Node">Where it is.</param>
/// <param name="State">How it is.</param>
/// <param name="Loss">What would be lost if it became the writer's.</param>
/// <param name="RemainingBytes">What is still to be brought over; null if unknown.</param>
/// <param name="Native">The storage's own words.</param>
public sealed record CopyStatus(NodeId Node, CopyState State, LossEstimate Loss, long? RemainingBytes, string Native);
