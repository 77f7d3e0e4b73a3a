namespace NodeAgent.Cluster;

/// <summary>A lease of the store. Zero: none.</summary>
/// <param name="Value">The store's number.</param>
public readonly record struct LeaseId(long Value)
{
    /// <summary>No lease: a key that stays.</summary>
    public static LeaseId None => default;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("x16");
}
