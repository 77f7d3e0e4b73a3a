namespace NodeAgent.Simulation.Judging;

/// <summary>What is true, kept apart from all that agents know: every acknowledged write, every snapshot as it was made.</summary>
internal sealed class Truth
{
    private readonly Dictionary<string, TrueSnapshot> snapshots = [];
    private readonly List<(string Volume, long Moment)> writes = [];

    /// <summary>Grows with each acknowledged write or made volume.</summary>
    public long Moment { get; private set; }

    /// <summary>The volumes that exist for who writes them, by name.</summary>
    public SortedDictionary<string, TrueVolume> Volumes { get; } = new(StringComparer.Ordinal);

    /// <summary>Snapshots that the operator made and nobody may delete.</summary>
    public List<string> Kept { get; } = [];

    /// <summary>True once the operator has to rebuild copies: the writer's storage was made anew under old names.</summary>
    public bool HistoryWasLost { get; private set; }

    public void Made(string volume, byte[] content) => Volumes[volume] = new TrueVolume([.. content], ++Moment);

    /// <summary>True if the volume was written after one moment and up to another.</summary>
    public bool HasWriteBetween(string volume, long after, long upTo) =>
        writes.Exists(write => write.Volume == volume && write.Moment > after && write.Moment <= upTo);

    public void Removed(string volume)
    {
        Volumes.Remove(volume);

        // A volume goes with its snapshots; one that was made of nothing else goes with it. A volume made anew under an old
        // name has none of the old one's.
        Kept.RemoveAll(name => !snapshots.Values.Any(made =>
            made.Name == name && Volumes.TryGetValue(made.Volume, out var volume) && volume.MadeAt <= made.Moment));
    }

    /// <summary>A volume was not removed after all.</summary>
    public void Restore(string volume, TrueVolume before, List<string> kept)
    {
        Volumes[volume] = before;
        Kept.Clear();
        Kept.AddRange(kept);
    }

    public void Wrote(string volume, int place, byte value)
    {
        Moment++;
        var known = Volumes[volume];
        known.Content[place] = value;
        writes.Add((volume, Moment));
    }

    public void Took(string volume, string guid, string name, byte[] content, IReadOnlyCollection<string> members) =>
        snapshots[guid] = new TrueSnapshot(volume, name, [.. content], Moment, [.. members]);

    public void LostHistory()
    {
        HistoryWasLost = true;
        Kept.Clear();
    }

    public TrueSnapshot? Snapshot(string guid) => snapshots.GetValueOrDefault(guid);
}
