using NodeAgent.Contract;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Volumes;

/// <summary>A volume as ZFS lists it.</summary>
internal sealed record DatasetRow(string Dataset, VolumeKind Kind, long Bytes, long Used, bool IsMounted, string Mountpoint)
{
    public string Name => Dataset[(Dataset.IndexOf('/', StringComparison.Ordinal) + 1)..];

    public Volume ToVolume(UnitId unit) => new(
        new VolumeId(unit, Name), Kind, Bytes, Used, Kind == VolumeKind.Block ? $"/dev/zvol/{Dataset}" : IsMounted ? Mountpoint : null);
}
