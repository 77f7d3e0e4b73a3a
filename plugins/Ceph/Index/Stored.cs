namespace NodeAgent.Plugins.CephBackend.Index;

/// <summary>A record with the bytes it was read from: what a change is compared with.</summary>
internal sealed record Stored<T>(T Record, byte[] Bytes);
