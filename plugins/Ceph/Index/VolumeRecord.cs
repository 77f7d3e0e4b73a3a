namespace NodeAgent.Plugins.CephBackend.Index;

/// <summary>A volume.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="IsMade">False until its image is known to be there.</param>
/// <param name="DataPool">Where its data lies; null for the backend's pool.</param>
internal sealed record VolumeRecord(long Bytes, bool IsMade, string? DataPool);
