namespace NodeAgent.Contract;

/// <summary>A node of the cluster, by its name.</summary>
/// <param name="Value">The name; keeps <see cref="Names.Rule"/>.</param>
public readonly record struct NodeId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}
