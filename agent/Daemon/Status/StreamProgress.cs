namespace NodeAgent.Daemon.Status;

/// <summary>How far a stream has come.</summary>
/// <param name="Volume">The volume's name.</param>
/// <param name="DoneBytes">Bytes sent.</param>
/// <param name="TotalBytes">About how many there will be; null if unknown.</param>
public sealed record StreamProgress(string Volume, long DoneBytes, long? TotalBytes);
