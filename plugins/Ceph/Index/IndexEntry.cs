namespace NodeAgent.Plugins.CephBackend.Index;

/// <summary>A key of the index with its bytes; empty bytes for a key that is not, or is to be removed.</summary>
internal readonly record struct IndexEntry(string Key, byte[] Bytes);
