namespace NodeAgent.Plugins.CephBackend.Index;

/// <summary>A client that was shut out when the writer changed.</summary>
/// <param name="Address">Its address with nonce.</param>
/// <param name="Until">When the entry ends unless renewed, in seconds since 1970.</param>
/// <param name="Home">Where it lived, as <see cref="UnitRecord.Home"/>; null if nobody knows.</param>
internal sealed record FencedClient(string Address, long Until, string? Home = null);
