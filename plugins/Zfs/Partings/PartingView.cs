using NodeAgent.Plugins.ZfsBackend.Listing;

namespace NodeAgent.Plugins.ZfsBackend.Partings;

/// <summary>How a unit will look when it has gone back. Pure: who only looks must not have to wait for it to be done.</summary>
internal static class PartingView
{
    public static UnitState Of(UnitState unit, UnitState kept, Parting parting) => unit with
    {
        OwnHead = false,
        Parting = null,
        Volumes = parting.Snapshot is not { } snapshot
            ? []
            :
            [
                .. unit.Volumes.Concat(kept.Volumes).Where(volume => volume.Snapshot(snapshot) is not null)
                    .DistinctBy(volume => volume.Name).OrderBy(volume => volume.Name, StringComparer.Ordinal)
                    .Select(volume => Back(volume, $"{unit.Dataset}/{volume.Name}", snapshot)),
            ],
    };

    private static VolumeState Back(VolumeState volume, string dataset, string snapshot) => volume with
    {
        Dataset = dataset,
        Written = 0,
        Mounted = false,
        ResumeToken = null,
        Points = [.. volume.Snapshots.Where(point => point.Txg <= volume.Snapshot(snapshot)!.Txg)],
    };
}
