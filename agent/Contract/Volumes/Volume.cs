namespace NodeAgent.Contract;

/// <summary>A volume as it is.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Kind">Directory or block device.</param>
/// <param name="Bytes">Size or quota in bytes; 0 for a filesystem without quota.</param>
/// <param name="UsedBytes">Space it takes, snapshots included; null if unknown.</param>
/// <param name="Path">Where it is used on this node: a directory, device or file; null while it cannot be used here.</param>
public sealed record Volume(VolumeId Id, VolumeKind Kind, long Bytes, long? UsedBytes, string? Path);
