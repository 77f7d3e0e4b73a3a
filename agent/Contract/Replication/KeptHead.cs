namespace NodeAgent.Contract;

/// <summary>What a copy had and its writer had not, put away as a unit that nobody writes. Only an operator deletes it.</summary>
/// <param name="Unit">The unit that keeps it.</param>
/// <param name="Of">The unit it was part of.</param>
/// <param name="Snapshot">The newest snapshot that both had; null: none.</param>
/// <param name="Since">When it was put away, by this node's wall clock.</param>
/// <param name="Bytes">Space that deleting it would free; null if unknown.</param>
public sealed record KeptHead(UnitId Unit, UnitId Of, string? Snapshot, DateTimeOffset Since, long? Bytes);
