namespace NodeAgent.Contract;

/// <summary>How a pool would be laid out.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Intent">What it is for.</param>
/// <param name="Shape">The layout in the storage's own words: "3 copies in 3 hosts".</param>
/// <param name="UsableBytes">What fits if all raw room were its own, with the loss of one node kept in reserve.</param>
/// <param name="Survives">What it survives, a sentence.</param>
/// <param name="Warnings">What speaks against it, each a sentence.</param>
/// <param name="Steps">The commands that make it, in order, as an operator would type them.</param>
public sealed record PoolLayout(
    string Name, PoolIntent Intent, string Shape, long UsableBytes, string Survives, IReadOnlyList<string> Warnings, IReadOnlyList<string> Steps);
