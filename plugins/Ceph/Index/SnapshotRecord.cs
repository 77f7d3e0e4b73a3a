using System.Text.Json.Serialization;

namespace NodeAgent.Plugins.CephBackend.Index;

/// <summary>A complete snapshot of a unit.</summary>
/// <param name="CreatedAt">When, by the writer's wall clock.</param>
/// <param name="Guids">Per volume, the image's id and the snapshot's number.</param>
/// <param name="Holds">Tags that keep it.</param>
internal sealed record SnapshotRecord(DateTimeOffset CreatedAt, IReadOnlyDictionary<string, string> Guids, IReadOnlyList<string> Holds)
{
    /// <summary>True once it is being taken away: from then on nobody can hold it or do anything else with it, and some of it may be gone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsGoing { get; init; }
}
