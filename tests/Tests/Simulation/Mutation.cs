namespace NodeAgent.Tests.Simulation;

/// <summary>A wrong agent: production source with some text changed.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Edits">File below agent/, text as it is, text as it becomes.</param>
internal sealed record Mutation(string Name, params (string File, string From, string To)[] Edits)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
