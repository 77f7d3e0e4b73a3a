namespace NodeAgent.Cluster;

/// <summary>One key as the store holds it.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">Text; JSON by our convention.</param>
/// <param name="Created">The revision that made it.</param>
/// <param name="Modified">The revision that wrote it last.</param>
/// <param name="Lease">The lease it goes with.</param>
public sealed record StoreEntry(string Key, string Value, long Created, long Modified, LeaseId Lease)
{
    /// <summary>The condition "nobody touched it since".</summary>
    public StoreCondition Untouched => new(Key, Modified);
}
