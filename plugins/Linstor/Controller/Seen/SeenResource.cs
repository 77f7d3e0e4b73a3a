using NodeAgent.Plugins.LinstorBackend.Controller.Wire;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Seen;

/// <summary>A resource on one node, as its satellite told the controller last.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Node">The node.</param>
/// <param name="Flags">"DISKLESS", "DRBD_DISKLESS", "TIE_BREAKER", "DELETE".</param>
/// <param name="Props">Its own properties.</param>
/// <param name="Effective">Properties that count for it, wherever they were set; empty if LINSTOR does not tell.</param>
/// <param name="IsInUse">It is open there; null: nobody knows.</param>
/// <param name="Volumes">Its volumes.</param>
internal sealed record SeenResource(
    string Name, string Node, IReadOnlyList<string> Flags, IReadOnlyDictionary<string, string> Props, IReadOnlyDictionary<string, string> Effective,
    bool? IsInUse, IReadOnlyList<SeenVolume> Volumes)
{
    /// <summary>It has no copy, only a voice or a way to use the others' copies.</summary>
    public bool IsDiskless => Flags.Any(flag => flag is "DISKLESS" or "DRBD_DISKLESS" or "TIE_BREAKER");

    /// <summary>LINSTOR put it there to break ties, and takes it away by itself.</summary>
    public bool IsTieBreaker => Flags.Contains("TIE_BREAKER", StringComparer.Ordinal);

    public static SeenResource Read(JsonLook look) => new(
        look.Text("name"), look.Text("node_name"), look.Texts("flags"), look.Map("props"),
        look.Children("effective_props").ToDictionary(entry => entry.Name, entry => entry.Item.TextOr("value"), StringComparer.Ordinal),
        look.Of("state").YesNo("in_use"), [.. look.Items("volumes").Select(SeenVolume.Read)]);
}
