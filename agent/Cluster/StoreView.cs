namespace NodeAgent.Cluster;

/// <summary>Keys as they were at one revision.</summary>
/// <param name="Revision">The store's revision at the time of reading.</param>
/// <param name="Entries">In order of their keys.</param>
public sealed record StoreView(long Revision, IReadOnlyList<StoreEntry> Entries)
{
    /// <summary>The entry of a key; null if the key is not there.</summary>
    public StoreEntry? Find(string key) => Entries.FirstOrDefault(entry => string.Equals(entry.Key, key, StringComparison.Ordinal));
}
