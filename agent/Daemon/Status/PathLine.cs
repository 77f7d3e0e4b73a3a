namespace NodeAgent.Daemon.Status;

/// <summary>One way to a peer.</summary>
/// <param name="Network">The network's name.</param>
/// <param name="Address">The peer's address there.</param>
/// <param name="IsUp">Whether it works; null if it was never tried.</param>
/// <param name="RoundTripMs">The last round trip, in milliseconds; null if unknown.</param>
public sealed record PathLine(string Network, string Address, bool? IsUp, double? RoundTripMs);
