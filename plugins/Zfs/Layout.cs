using NodeAgent.Contract;

namespace NodeAgent.Plugins.ZfsBackend;

/// <summary>Which dataset is which unit and volume: root/unit/volume.</summary>
internal sealed class Layout(BackendId backend, ZfsOptions options)
{
    public BackendId Backend => backend;

    public string Root => options.Root;

    public string Pool => options.Pool;

    public string Mountpoint => options.Mountpoint;

    public string Unit(UnitId unit) => $"{Root}/{unit.Name}";

    public string Volume(VolumeId volume) => $"{Root}/{volume.Unit.Name}/{volume.Name}";

    /// <summary>What is wrong with the identity of a unit, or null.</summary>
    public Fault? Check(UnitId unit) =>
        unit.Backend != backend ? Foreign(unit.Backend) : Names.IsValid(unit.Name) ? null : Names.Invalid("unit", unit.Name);

    public Fault? Check(VolumeId volume) =>
        Check(volume.Unit) ?? (Names.IsValid(volume.Name) ? null : Names.Invalid("volume", volume.Name));

    public Fault? Check(SnapshotId snapshot) =>
        Check(snapshot.Unit) ?? (Names.IsValid(snapshot.Name) ? null : Names.Invalid("snapshot", snapshot.Name));

    private Fault Foreign(BackendId other) => new(
        FaultCode.InvalidArgument,
        $"backend {backend} cannot serve backend '{other}'",
        "the unit belongs to another backend",
        "Ask that backend.",
        Retry.Never);
}
