using NodeAgent.Plugins.LinstorBackend.Controller.Wire;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Seen;

/// <summary>A drive of a node that nobody uses yet, of which a pool could be made.</summary>
/// <param name="Node">The node.</param>
/// <param name="Path">"/dev/sdb".</param>
/// <param name="Size">As LINSTOR gives it: bytes.</param>
/// <param name="IsRotational">It has platters.</param>
/// <param name="Model">Its model; may be empty.</param>
/// <param name="Serial">Its serial number; may be empty.</param>
internal sealed record SeenDevice(string Node, string Path, long Size, bool IsRotational, string Model, string Serial)
{
    // LINSTOR groups drives by size and kind, and in each group by node.
    public static IEnumerable<SeenDevice> ReadGroup(JsonLook look)
    {
        var (size, isRotational) = (look.Number("size"), look.YesNo("rotational") ?? false);
        return look.Children("nodes").SelectMany(entry => entry.Item.Items().Select(
            item => new SeenDevice(entry.Name, item.Text("device"), size, isRotational, item.TextOr("model"), item.TextOr("serial")))).ToList();
    }
}
