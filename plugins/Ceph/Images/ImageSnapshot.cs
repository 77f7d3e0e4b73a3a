namespace NodeAgent.Plugins.CephBackend.Images;

/// <summary>A snapshot of one image.</summary>
internal sealed record ImageSnapshot(ulong Id, string Name, long Bytes);
