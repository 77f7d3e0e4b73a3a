using System.Text.Json.Serialization;

namespace NodeAgent.Plugins.DirectoryBackend.Units;

/// <summary>
/// All that is true of a unit on this node. It is replaced as a whole: the replacement is the moment at which an
/// operation has happened. Files that it does not name do not exist.
/// </summary>
internal sealed record UnitRecord
{
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;

    public required string Uuid { get; init; }

    public bool IsWriter { get; init; }

    /// <summary>The newest epoch seen, by a grant or by a stream.</summary>
    public long Epoch { get; init; }

    /// <summary>The node that was granted the epoch; empty if it came with a stream from elsewhere.</summary>
    public string Holder { get; init; } = "";

    public long NextOrder { get; init; } = 1;

    /// <summary>What a cloned unit was cloned from; null if it was not.</summary>
    public string? Origin { get; init; }

    /// <summary>What it keeps, if it is the parted head of another unit.</summary>
    public KeptRecord? Kept { get; init; }

    public IReadOnlyDictionary<string, HeadRecord> Heads { get; init; } = new Dictionary<string, HeadRecord>();

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<SnapshotRecord> Snapshots { get; init; } = [];

    public IReadOnlyList<AnchorRecord> Anchors { get; init; } = [];

    /// <summary>Volumes whose new head lies ready in "incoming" and must take the head's place.</summary>
    public IReadOnlyList<string> Install { get; init; } = [];

    /// <summary>Every volume that is here as a head or in a snapshot, by name.</summary>
    [JsonIgnore]
    public IEnumerable<string> Volumes =>
        Heads.Keys.Concat(Snapshots.SelectMany(s => s.Present.Keys)).Distinct().Order(StringComparer.Ordinal);

    /// <summary>The newest snapshot of which every volume is here.</summary>
    [JsonIgnore]
    public SnapshotRecord? NewestComplete => Snapshots.LastOrDefault(s => s.IsComplete);

    public SnapshotRecord? FindSnapshot(string name) =>
        Snapshots.FirstOrDefault(s => string.Equals(s.Name, name, StringComparison.Ordinal));

    public SnapshotRecord? FindByGuid(string volume, string guid) => Snapshots.FirstOrDefault(s =>
        s.Present.ContainsKey(volume) && string.Equals(s.Guids[volume], guid, StringComparison.Ordinal));

    /// <summary>The newest snapshot that holds a volume.</summary>
    public SnapshotRecord? NewestOf(string volume) => Snapshots.LastOrDefault(s => s.Present.ContainsKey(volume));

    public UnitRecord With(SnapshotRecord snapshot) => this with
    {
        Snapshots = [.. Snapshots.Where(s => !string.Equals(s.Name, snapshot.Name, StringComparison.Ordinal))
            .Append(snapshot).OrderBy(s => s.Order)],
    };

    public UnitRecord Without(Func<SnapshotRecord, bool> gone) => this with
    {
        Snapshots = [.. Snapshots.Where(s => !gone(s))],
    };

    public UnitRecord WithHead(string volume, HeadRecord? head)
    {
        var heads = new Dictionary<string, HeadRecord>(Heads);
        if (head is null)
        {
            heads.Remove(volume);
        }
        else
        {
            heads[volume] = head;
        }

        return this with { Heads = heads };
    }
}
