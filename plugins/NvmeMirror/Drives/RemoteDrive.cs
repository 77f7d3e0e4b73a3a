using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Files;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Drives;

/// <summary>The whole drive that a partition of the peer lies on.</summary>
internal static class RemoteDrive
{
    /// <summary>
    /// Done if it is the drive that the peer exports. One with the same PARTUUID that was put into this node shows under the same link:
    /// the mirror would lie wholly here, and the peer be certified for what it does not have.
    /// </summary>
    public static Outcome Check(Places places, Guid partition, string subsystem, string what)
    {
        var link = Path.Combine(places.Partitions, partition.ToString("D"));
        if (DriveLinks.Name(link) is not { } name || DriveLinks.Folder(Path.Combine(places.Class, "block", name)) is not { } folder)
        {
            return Faults.Data(what, $"there is no {link}", "Check the drive, or the paths to the peer.");
        }

        // What a drive hangs below is its subsystem, or its controller without native multipath; both tell the name.
        var drive = Path.GetFileName(Path.GetDirectoryName(folder)!);
        var reached = KernelFiles.Read(Path.Combine(places.Class, "block", drive, "device", "subsysnqn"));
        return reached == subsystem ? Outcome.Done : Faults.Mend(
            what, $"{link} leads to {name} of {reached ?? "this node"}, and not to the peer's drive {subsystem}",
            "Take that drive out of this node, or give its partition another PARTUUID ('sfdisk --part-uuid'); then 'udevadm trigger'.");
    }
}
