using NodeAgent.Plugins.LinstorBackend.Controller.Wire;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Seen;

/// <summary>A volume on one node.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Pool">The pool it lies in.</param>
/// <param name="Provider">The pool's kind.</param>
/// <param name="Disk">DRBD's word for the copy; empty: nobody knows.</param>
/// <param name="AllocatedKib">What it takes of its pool; null: nobody knows.</param>
/// <param name="UsableKib">What can be used of it; null: nobody knows.</param>
internal sealed record SeenVolume(int Number, string Pool, string Provider, string Disk, long? AllocatedKib, long? UsableKib)
{
    public static SeenVolume Read(JsonLook look) => new(
        look.Volume("volume_number"), look.TextOr("storage_pool_name"), look.TextOr("provider_kind"), look.Of("state").TextOr("disk_state"),
        look.NumberOr("allocated_size_kib"), look.NumberOr("usable_size_kib"));
}
