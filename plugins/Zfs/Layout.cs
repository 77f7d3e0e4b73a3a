using NodeAgent.Contract;

namespace NodeAgent.Plugins.ZfsBackend;

/// <summary>Which dataset is which unit and volume: root/unit/volume.</summary>
internal sealed class Layout(BackendId backend, NodeId node, ZfsOptions options)
{
    public BackendId Backend => backend;

    public string Root => options.Root;

    public string Pool => options.Pool;

    public string Mountpoint => options.Mountpoint;

    /// <summary>Who this backend is, as the root's owner property tells it.</summary>
    public string Owner => $"{node}/{backend}";

    public string Unit(UnitId unit) => $"{Root}/{unit.Name}";

    public string Volume(VolumeId volume) => $"{Root}/{volume.Unit.Name}/{volume.Name}";

    /// <summary>A dataset's name without the root, if it is below it.</summary>
    public string Short(string dataset) =>
        dataset.StartsWith(Root + "/", StringComparison.Ordinal) ? dataset[(Root.Length + 1)..] : dataset;

    /// <summary>What is wrong with the identity of a unit, or null.</summary>
    public Fault? Check(UnitId unit) =>
        unit.Backend != backend ? Foreign(unit.Backend) : Names.IsValid(unit.Name) ? null : Names.Invalid("unit", unit.Name);

    public Fault? Check(VolumeId volume) =>
        Check(volume.Unit) ?? (Names.IsValid(volume.Name) ? null : Names.Invalid("volume", volume.Name));

    public Fault? Check(SnapshotId snapshot) =>
        Check(snapshot.Unit) ?? (Names.IsValid(snapshot.Name) ? null : Names.Invalid("snapshot", snapshot.Name));

    /// <summary>The fault if somebody else owns the root. Null as owner is nobody yet.</summary>
    public Fault? CheckOwner(string? owner, string what) => owner is null || owner == Owner
        ? null
        : new Fault(
            FaultCode.PreconditionFailed,
            what,
            $"dataset {Root} belongs to backend '{owner}', and this is '{Owner}'",
            $"Give this backend a root of its own. If '{owner}' is gone for good, take over: 'zfs set {Listing.Keys.Owner}={Owner} {Root}'.",
            Retry.AfterFix);

    private Fault Foreign(BackendId other) => new(
        FaultCode.InvalidArgument,
        $"backend {backend} cannot serve backend '{other}'",
        "the unit belongs to another backend",
        "Ask that backend.",
        Retry.Never);
}
