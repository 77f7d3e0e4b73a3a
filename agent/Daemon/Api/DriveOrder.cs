namespace NodeAgent.Daemon.Api;

/// <summary>An operator's order to replace a drive, as it was typed.</summary>
/// <param name="Drive">The drive.</param>
/// <param name="With">The empty one that takes its place.</param>
/// <param name="Backend">Whose drive; null: of the only backend that knows it.</param>
public sealed record DriveOrder(string Drive, string With, string? Backend = null);
