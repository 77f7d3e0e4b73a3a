namespace NodeAgent.Tests.Simulation;

/// <summary>A wrong agent: production source with some text changed.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Edits">File below agent/, text as it is, text as it becomes.</param>
internal sealed record Mutation(string Name, params (string File, string From, string To)[] Edits)
{
    /// <summary>Where to look for it: what takes several rare things at once is not in the first seeds.</summary>
    public long FirstSeed { get; init; } = 1;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
