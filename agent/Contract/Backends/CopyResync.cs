namespace NodeAgent.Contract;

/// <summary>A copy that the storage is bringing up to date. Told by one node only, the one that it is copied from.</summary>
/// <param name="Node">Whose copy.</param>
/// <param name="RemainingBytes">What is still to be brought over.</param>
/// <param name="TotalBytes">What was to be brought over when it began; null if the storage does not tell.</param>
public sealed record CopyResync(NodeId Node, long RemainingBytes, long? TotalBytes);
