namespace NodeAgent.Contract;

/// <summary>A configured backend: a plugin with its options, such as "tank" or "ceph-hot".</summary>
/// <param name="Value">The name; keeps <see cref="Names.Rule"/>. Copies of a unit live in the backend of the same name on each node.</param>
public readonly record struct BackendId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}
