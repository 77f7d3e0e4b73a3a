using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Mirrors;

/// <summary>
/// Whether this site is the source of a unit that is mirrored: else nobody opens it here. The index says so for orders that
/// went through an agent, the images for whatever was done by hand.
/// </summary>
internal static class SourceCheck
{
    /// <summary>Why the unit may not be opened, by the index alone; null if it may.</summary>
    public static Fault? Refuse(UnitId unit, UnitEntries entries, string what) =>
        entries.Unit?.Record.Away is { } away ? Elsewhere(unit, what, $"this site is not its source: {away}") : null;

    /// <summary>Why the unit may not be opened; null if it may. Opens each image to be asked; blocks.</summary>
    public static Fault? Refuse(Connection connection, UnitId unit, UnitEntries entries, string what)
    {
        var wrong = Refuse(unit, entries, what);
        foreach (var volume in wrong is null ? entries.Made : [])
        {
            wrong ??= RefuseImage(connection, unit, volume, what);
        }

        return wrong;
    }

    /// <summary>Why an image may not be deleted: the other site's would go with it.</summary>
    public static Fault? RefuseDeletion(VolumeId volume, ImageHandle image, string what)
    {
        var isPrimary = MirrorCalls.IsPrimary(image, what);
        return !isPrimary.IsOk ? isPrimary.Fault
            : isPrimary.Value is null ? null
            : new Fault(
                FaultCode.PreconditionFailed, what, "it is mirrored to another site, whose copy would go with it",
                $"End that first, where its source is: nodeagent ceph mirror disable {volume.Unit.Name}", Retry.AfterFix);
    }

    private static Fault? RefuseImage(Connection connection, UnitId unit, string volume, string what)
    {
        var image = ImageCalls.Open(connection.Io, Keys.Image(unit.Name, volume), null, write: false, what);
        if (!image.IsOk)
        {
            return image.Fault;
        }

        using (image.Value)
        {
            var isPrimary = MirrorCalls.IsPrimary(image.Value, what);
            return !isPrimary.IsOk ? isPrimary.Fault
                : isPrimary.Value == false ? Elsewhere(unit, what, $"volume {volume} follows another site (it is non-primary)")
                : null;
        }
    }

    private static Fault Elsewhere(UnitId unit, string what, string why) => new(
        FaultCode.PreconditionFailed, what, why,
        $"See who is: nodeagent ceph mirror status {unit.Name}. To go on here: nodeagent ceph mirror promote {unit.Name}", Retry.AfterFix);
}
