namespace NodeAgent.Contract;

/// <summary>One operation, chosen by who asks; the same identity asked again is the same operation.</summary>
/// <param name="Value">Random.</param>
public readonly record struct OperationId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString("n");
}
