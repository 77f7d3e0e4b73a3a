namespace NodeAgent.Contract;

/// <summary>What it would mean for storage if a node were away.</summary>
/// <param name="Serves">What it serves of the storage, by native names: "osd.1"; none: the storage knows of nothing there.</param>
/// <param name="Objections">What would stop, a sentence each; none: the storage goes on without the node.</param>
public sealed record NodeAbsence(IReadOnlyList<string> Serves, IReadOnlyList<string> Objections);
