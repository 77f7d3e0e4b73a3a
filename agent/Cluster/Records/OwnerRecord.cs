namespace NodeAgent.Cluster.Records;

/// <summary>
/// Who writes a unit. The epoch is not in it: it is the revision that wrote the record, so that nobody can choose one.
/// </summary>
/// <param name="Writer">The node; null if the last one let go.</param>
/// <param name="Previous">The writer before; null if there was none.</param>
/// <param name="Proof">How it is known that the one before writes no more.</param>
/// <param name="ProofDetail">What the proof rests on, for people: a lease, a boot id, a fence agent's answer.</param>
/// <param name="Since">Wall-clock time, for people only.</param>
/// <param name="WriteId">Which write this was.</param>
public sealed record OwnerRecord(string? Writer, string? Previous, ProofKind Proof, string ProofDetail, DateTimeOffset Since, string WriteId);
