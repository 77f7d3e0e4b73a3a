using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend.Compares;

/// <summary>Two snapshots of a volume.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="Older">The older one.</param>
/// <param name="Newer">The newer one.</param>
internal sealed record ComparePair(VolumeId Volume, Snapshot Older, Snapshot Newer)
{
    /// <summary>The older one's name.</summary>
    public string From => Older.Id.Name;

    /// <summary>The newer one's name.</summary>
    public string To => Newer.Id.Name;

    /// <summary>Both are among these, and no others that go by their names.</summary>
    public bool AreIn(IReadOnlyList<Snapshot> all) => IsIn(all, Older) && IsIn(all, Newer);

    /// <inheritdoc/>
    public override string ToString() => $"{Volume} from {From} to {To}";

    private bool IsIn(IReadOnlyList<Snapshot> all, Snapshot one) =>
        all.Any(other => other.Id == one.Id && other.Guids.GetValueOrDefault(Volume.Name) == one.Guids[Volume.Name]);
}
