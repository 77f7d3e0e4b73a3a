namespace NodeAgent.Plugins.DirectoryBackend.Units;

/// <summary>Says of a unit that it is the head that another one was parted from.</summary>
/// <param name="Unit">The name of the unit it was part of.</param>
/// <param name="Snapshot">The newest snapshot that both had; null: none.</param>
/// <param name="Since">When it was put away.</param>
internal sealed record KeptRecord(string Unit, string? Snapshot, DateTimeOffset Since);
