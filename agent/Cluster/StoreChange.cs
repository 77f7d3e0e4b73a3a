namespace NodeAgent.Cluster;

/// <summary>What a transaction does to one key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The new value; null removes the key.</param>
/// <param name="Lease">The lease the key goes with; a put without one takes the key off its lease.</param>
public sealed record StoreChange(string Key, string? Value, LeaseId Lease)
{
    /// <summary>Writes a key.</summary>
    public static StoreChange Put(string key, string value, LeaseId lease = default) => new(key, value, lease);

    /// <summary>Removes a key. One that is not there is fine.</summary>
    public static StoreChange Delete(string key) => new(key, null, LeaseId.None);
}
