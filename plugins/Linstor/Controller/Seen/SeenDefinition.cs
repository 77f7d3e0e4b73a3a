using NodeAgent.Plugins.LinstorBackend.Controller.Wire;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Seen;

/// <summary>A resource definition: what all copies of a resource have in common.</summary>
/// <param name="Name">The resource's name.</param>
/// <param name="Group">The group it was spawned from.</param>
/// <param name="Id">A number that no other has, also not one of the same name later.</param>
/// <param name="Props">Its own properties.</param>
/// <param name="Flags">"DELETE" while it goes.</param>
/// <param name="Sizes">Its volumes' sizes in KiB, by number.</param>
internal sealed record SeenDefinition(
    string Name, string Group, string Id, IReadOnlyDictionary<string, string> Props, IReadOnlyList<string> Flags, IReadOnlyDictionary<int, long> Sizes)
{
    public bool IsGoing => Flags.Contains("DELETE", StringComparer.Ordinal);

    public static SeenDefinition Read(JsonLook look)
    {
        var sizes = new SortedDictionary<int, long>();
        foreach (var volume in look.Items("volume_definitions"))
        {
            sizes[volume.Volume("volume_number")] = volume.Number("size_kib");
        }

        return new SeenDefinition(look.Text("name"), look.TextOr("resource_group_name"), look.TextOr("uuid"), look.Map("props"), look.Texts("flags"), sizes);
    }
}
