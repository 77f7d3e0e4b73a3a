using NodeAgent.Plugins.LinstorBackend.Controller.Wire;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Seen;

/// <summary>A storage pool on one node.</summary>
/// <param name="Name">Its name, on all nodes the same.</param>
/// <param name="Node">The node.</param>
/// <param name="Provider">"LVM", "LVM_THIN", "ZFS", "ZFS_THIN", "FILE_THIN", "DISKLESS".</param>
/// <param name="FreeKib">What is left; null: nobody knows.</param>
/// <param name="TotalKib">What there is; null: nobody knows.</param>
/// <param name="CanSnapshot">Volumes in it can be snapshotted.</param>
/// <param name="Problems">What LINSTOR reports about it.</param>
internal sealed record SeenPool(string Name, string Node, string Provider, long? FreeKib, long? TotalKib, bool CanSnapshot, IReadOnlyList<string> Problems)
{
    public bool IsDiskless => Provider == "DISKLESS";

    public static SeenPool Read(JsonLook look) => new(
        look.Text("storage_pool_name"), look.TextOr("node_name"), look.Text("provider_kind"), look.NumberOr("free_capacity"), look.NumberOr("total_capacity"),
        look.YesNo("supports_snapshots") ?? false, [.. look.Items("reports").Select(CallResult.Read).Where(report => report.IsError || report.IsWarning).Select(report => report.Message)]);
}
