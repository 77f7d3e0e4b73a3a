using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Partings;

namespace NodeAgent.Plugins.ZfsBackend.Listing;

/// <summary>A unit as ZFS has it on this node.</summary>
internal sealed record UnitState(UnitId Id, string Dataset)
{
    /// <summary>True if the unit's own dataset is there, perhaps still without volumes.</summary>
    public bool Exists { get; init; }

    public Epoch Epoch { get; init; }

    public bool ReadOnly { get; init; } = true;

    /// <summary>True if the head holds writes of this node as the writer.</summary>
    public bool OwnHead { get; init; }

    /// <summary>Ordered by name.</summary>
    public IReadOnlyList<VolumeState> Volumes { get; init; } = [];

    /// <summary>
    /// True if the agent made the unit's own dataset: whatever makes one notes an epoch on it before it has the unit's name. Neither the
    /// root nor what lies above it has one to inherit.
    /// </summary>
    public bool IsMade { get; init; }

    /// <summary>True if the root's owner is known.</summary>
    public bool Owned { get; init; }

    /// <summary>Datasets below the unit that are none of its volumes: somebody else made them.</summary>
    public IReadOnlyList<string> Strangers { get; init; } = [];

    /// <summary>Names of the snapshots of the unit's own, empty dataset.</summary>
    public IReadOnlyList<string> OwnSnapshots { get; init; } = [];

    /// <summary>What the unit is about to go back to; null if it is not.</summary>
    public Parting? Parting { get; init; }

    /// <summary>What it keeps, if it is the parted head of another unit.</summary>
    public KeptMark? Kept { get; init; }

    /// <summary>As the storage itself would have it: one dataset that takes writes makes a writer.</summary>
    public Role Role =>
        Volumes.Count == 0 ? Role.Absent
        : !ReadOnly || Volumes.Any(volume => !volume.ReadOnly) ? Role.Writer
        : Role.Reader;

    public string Native => !Exists ? "absent" : $"readonly={(ReadOnly ? "on" : "off")}, epoch {Epoch}, head {(OwnHead ? Keys.Own : Keys.Received)}"
        + string.Concat(Volumes.Where(volume => volume.ReadOnly != ReadOnly).Select(volume => $", {volume.Name} readonly={(volume.ReadOnly ? "on" : "off")}"));

    /// <summary>The fault if somebody else made a dataset of the unit's name.</summary>
    public Fault? CheckMade(string what) => !Exists || IsMade
        ? null
        : new Fault(
            FaultCode.InUse,
            what,
            $"the agent has not made {Dataset}: it has no {Keys.Epoch}",
            $"Choose another name, or move it elsewhere with 'zfs rename'. To give it to the agent with all it holds: 'zfs set {Keys.Epoch}=0 {Dataset}'.",
            Retry.AfterFix) { Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["foreign"] = Dataset } };

    public VolumeState? Volume(string name) => Volumes.FirstOrDefault(volume => volume.Name == name);

    /// <summary>
    /// Snapshots that cover every volume they were made of, oldest first: as they came into this pool. The maker's clock says
    /// nothing of that, it may have been set back. The last volume's part counts: of two snapshots the later one's came later.
    /// </summary>
    public IReadOnlyList<string> CompleteSnapshots()
    {
        var names = Volumes.SelectMany(volume => volume.Snapshots).Where(point => Names.IsValid(point.Name))
            .GroupBy(point => point.Name).Where(IsComplete);
        return [.. names.OrderBy(group => group.Max(point => point.Txg)).Select(group => group.Key)];
    }

    /// <summary>The volumes that a snapshot was made of. Unknown after a resumed stream: then all that are here.</summary>
    public IReadOnlyList<string> Covered(string snapshot) =>
        Volumes.Select(volume => volume.Snapshot(snapshot)?.Covers).FirstOrDefault(covers => covers is not null)
        ?? [.. Volumes.Select(volume => volume.Name)];

    private bool IsComplete(IGrouping<string, Point> group) =>
        Covered(group.Key).All(name => Volume(name)?.Snapshot(group.Key) is not null);
}
