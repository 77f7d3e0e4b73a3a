namespace NodeAgent.Contract;

/// <summary>A unit's note as the cluster store holds it.</summary>
/// <param name="Text">What the backend wrote; empty if it never did.</param>
/// <param name="Version">Grows with every write; 0: never written.</param>
public sealed record UnitNote(string Text, long Version);
