namespace NodeAgent.Linux.Fencing;

/// <summary>What an agent says about itself.</summary>
/// <param name="Agent">Its name.</param>
/// <param name="Summary">One line.</param>
/// <param name="Actions">"on", "off", "status", and so on.</param>
/// <param name="Parameters">The options that it knows.</param>
/// <param name="CutsAccessOnly">
/// True if it takes the node's network or storage away instead of its power: its "off" is no proof that the node does not run.
/// </param>
public sealed record FenceMetadata(
    string Agent, string Summary, IReadOnlyList<string> Actions, IReadOnlyList<string> Parameters, bool CutsAccessOnly);
