namespace NodeAgent.Simulation.Judging;

/// <summary>One volume of a snapshot, as it was when it was made.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="Name">The snapshot's name.</param>
/// <param name="Content">The bytes.</param>
/// <param name="Moment">Writes up to this one are in it.</param>
/// <param name="Members">The volumes that the whole snapshot was made of.</param>
internal sealed record TrueSnapshot(string Volume, string Name, byte[] Content, long Moment, IReadOnlyList<string> Members);
