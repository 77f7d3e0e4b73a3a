namespace NodeAgent.Plugins.DirectoryBackend.Units;

/// <summary>A snapshot as unit.json has it.</summary>
internal sealed record SnapshotRecord
{
    public required string Name { get; init; }

    public required long Order { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Identity by volume, of every volume that the snapshot was made of.</summary>
    public required IReadOnlyDictionary<string, string> Guids { get; init; }

    /// <summary>Size by volume, of the volumes that are here. On a copy they arrive one by one.</summary>
    public required IReadOnlyDictionary<string, long> Present { get; init; }

    public IReadOnlyList<string> Holds { get; init; } = [];

    /// <summary>True if every volume is here.</summary>
    public bool IsComplete => Guids.Keys.All(Present.ContainsKey);
}
