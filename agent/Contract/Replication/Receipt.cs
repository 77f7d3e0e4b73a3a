namespace NodeAgent.Contract;

/// <summary>Proof that a copy holds a snapshot: its identity, read back from the copy's storage after the stream ended.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="Snapshot">The snapshot's name on the copy.</param>
/// <param name="Guid">The identity that was read back.</param>
/// <param name="Bytes">Bytes of stream consumed.</param>
public sealed record Receipt(VolumeId Volume, string Snapshot, string Guid, long Bytes);
