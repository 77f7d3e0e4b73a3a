namespace NodeAgent.Contract;

/// <summary>A volume as it is wanted.</summary>
/// <param name="Id">Its identity; the unit is made with its first volume.</param>
/// <param name="Kind">Directory or block device.</param>
/// <param name="Bytes">Size of a block volume; quota of a filesystem, 0 for none.</param>
public sealed record VolumeSpec(VolumeId Id, VolumeKind Kind, long Bytes)
{
    /// <summary>A named set of properties that the backend knows; empty for its default.</summary>
    public string Profile { get; init; } = "";

    /// <summary>Native properties over the profile's, such as ZFS "recordsize". The backend says which it takes.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();
}
