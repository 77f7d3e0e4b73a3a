namespace NodeAgent.Plugins.LinstorBackend.Upkeep;

/// <summary>What this node knows of comparing the two copies of a volume.</summary>
/// <param name="Volume">Its number.</param>
/// <param name="Begun">When it was last begun here.</param>
/// <param name="Ended">When the last one that was seen from its beginning to its end ended; null if none did.</param>
/// <param name="FoundBytes">In what the copies differed then.</param>
internal sealed record VerifyNote(int Volume, DateTimeOffset Begun, DateTimeOffset? Ended, long FoundBytes);
