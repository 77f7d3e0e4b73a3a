namespace NodeAgent.Contract;

/// <summary>Something that a storage shows of a copy, for people.</summary>
/// <param name="Name">What: "last connected".</param>
/// <param name="Text">The fact.</param>
public sealed record CopyFact(string Name, string Text);
