using NodeAgent.Core.Units;

namespace NodeAgent.Daemon.Units.Handovers;

/// <summary>What the former writer tells the next one, after it has stored the same record itself.</summary>
/// <param name="Record">The record from now on.</param>
/// <param name="Snapshot">The snapshot that holds everything that was written before.</param>
/// <param name="Identities">Its identity per volume.</param>
public sealed record TakeOverLetter(UnitRecord Record, string Snapshot, IReadOnlyDictionary<string, string> Identities);
