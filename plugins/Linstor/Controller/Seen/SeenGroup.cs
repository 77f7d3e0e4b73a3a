using NodeAgent.Plugins.LinstorBackend.Controller.Wire;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Seen;

/// <summary>A resource group: what resources are spawned from.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Props">Properties that its resources inherit.</param>
/// <param name="PlaceCount">How many copies it asks for; null: it says nothing.</param>
/// <param name="Pools">The pools it may use; empty: any.</param>
internal sealed record SeenGroup(string Name, IReadOnlyDictionary<string, string> Props, long? PlaceCount, IReadOnlyList<string> Pools)
{
    public static SeenGroup Read(JsonLook look)
    {
        var filter = look.Of("select_filter");
        var (one, several) = (filter.TextOr("storage_pool"), filter.Texts("storage_pool_list"));
        return new SeenGroup(look.Text("name"), look.Map("props"), filter.NumberOr("place_count"), several.Count > 0 ? several : one.Length > 0 ? [one] : []);
    }
}
