namespace NodeAgent.Cluster;

/// <summary>What must hold for a transaction to happen.</summary>
/// <param name="Key">The key.</param>
/// <param name="Modified">The revision that wrote it last; zero: the key is not there.</param>
public sealed record StoreCondition(string Key, long Modified)
{
    /// <summary>The key is not there.</summary>
    public static StoreCondition Absent(string key) => new(key, 0);
}
