namespace NodeAgent.Daemon.Peers.Identity;

/// <summary>What the issuer keeps of a token: enough to check it, not enough to use it.</summary>
internal sealed record TokenRecord(string Id, string SecretHash, DateTimeOffset Expires, string? UsedBy);
