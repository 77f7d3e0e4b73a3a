namespace NodeAgent.Contract;

/// <summary>A scrub, resilver, rebalance or recovery under way.</summary>
/// <param name="Kind">Which: "scrub", "resilver".</param>
/// <param name="DoneBytes">Work done; null if unknown.</param>
/// <param name="TotalBytes">All the work; null if unknown.</param>
public sealed record PoolActivity(string Kind, long? DoneBytes, long? TotalBytes);
