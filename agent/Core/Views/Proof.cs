namespace NodeAgent.Core.Views;

/// <summary>Why the writer before cannot write any more. Stored with the decision that needed it.</summary>
/// <param name="Kind">What kind.</param>
/// <param name="Detail">What it rests on, for people.</param>
public sealed record Proof(ProofKind Kind, string Detail);
