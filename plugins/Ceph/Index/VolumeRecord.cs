namespace NodeAgent.Plugins.CephBackend.Index;

/// <summary>A volume.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="IsMade">False until its image is known to be there.</param>
/// <param name="DataPool">Where its data lies; null for the backend's pool.</param>
/// <param name="RolledBack">For each rollback the number of the newest snapshot there was: what is before and after it differs in what object maps do not show; null if there was none.</param>
/// <param name="Image">The id of its image, by which another of the same name is known; null if no writer has opened it since ids are kept.</param>
internal sealed record VolumeRecord(long Bytes, bool IsMade, string? DataPool, IReadOnlyList<ulong>? RolledBack = null, string? Image = null);
