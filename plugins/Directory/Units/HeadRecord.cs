namespace NodeAgent.Plugins.DirectoryBackend.Units;

/// <summary>What is known of a volume's head: the file that the writer's services use.</summary>
/// <param name="EqualTo">Identity of the snapshot that the head was equal to when the sentinel was set; null for none.</param>
/// <param name="SentinelTicks">See <see cref="Files.Sentinel"/>.</param>
/// <param name="SentinelExact">See <see cref="Files.Sentinel"/>.</param>
internal sealed record HeadRecord(string? EqualTo, long SentinelTicks, bool SentinelExact);
