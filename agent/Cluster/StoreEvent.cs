namespace NodeAgent.Cluster;

/// <summary>What happened to one key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Entry">How it is now; null if it was removed.</param>
/// <param name="Revision">When.</param>
public sealed record StoreEvent(string Key, StoreEntry? Entry, long Revision);
