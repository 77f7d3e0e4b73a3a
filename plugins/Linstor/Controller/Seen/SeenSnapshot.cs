using System.Globalization;
using NodeAgent.Plugins.LinstorBackend.Controller.Wire;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Seen;

/// <summary>A snapshot of a resource, on all nodes that have it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Resource">The resource.</param>
/// <param name="Id">A number that no other has.</param>
/// <param name="Flags">"SUCCESSFUL" once all nodes have it.</param>
/// <param name="Nodes">The nodes that have it.</param>
/// <param name="Volumes">Numbers of the volumes it covers.</param>
/// <param name="TakenAt">When, by the controller's clock; null: it does not tell.</param>
internal sealed record SeenSnapshot(
    string Name, string Resource, string Id, IReadOnlyList<string> Flags, IReadOnlyList<string> Nodes, IReadOnlyList<int> Volumes, DateTimeOffset? TakenAt)
{
    public bool IsComplete => Flags.Contains("SUCCESSFUL", StringComparer.Ordinal) && !Flags.Contains("DELETE", StringComparer.Ordinal);

    /// <summary>What names its content in every copy.</summary>
    public IReadOnlyDictionary<string, string> Guids => Volumes.ToDictionary(number => number.ToString(CultureInfo.InvariantCulture), number => $"{Id}/{number.ToString(CultureInfo.InvariantCulture)}", StringComparer.Ordinal);

    public static SeenSnapshot Read(JsonLook look)
    {
        var taken = look.Items("snapshots").Select(item => item.NumberOr("create_timestamp")).Where(at => at is <= 253_402_300_799_999).ToList();
        return new SeenSnapshot(
            look.Text("name"), look.TextOr("resource_name"), look.TextOr("uuid"), look.Texts("flags"), look.Texts("nodes"),
            [.. look.Items("volume_definitions").Select(volume => volume.Volume("volume_number")).Order()], taken.Max() is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null);
    }
}
