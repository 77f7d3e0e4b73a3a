using NodeAgent.Lab.Host;

namespace NodeAgent.Lab.Images;

/// <summary>A built image: the read-only base of every node's disk, a kernel, a first ramdisk and a key to get in.</summary>
public sealed record LabImage(string Hash, string Folder)
{
    public string Disk => Path.Combine(Folder, "base.ext4");

    public string Kernel => Path.Combine(Folder, "vmlinux");

    public string Ramdisk => Path.Combine(Folder, "initrd");

    /// <summary>The QEMU that its machines run in: of the guest's release, whatever the host has.</summary>
    public string Emulator => Path.Combine(Folder, "qemu", "run");

    public string Key => Path.Combine(Folder, "id_lab");

    public bool IsComplete => File.Exists(Path.Combine(Folder, "complete"));

    public static LabImage Of(LabFolders folders)
    {
        // The recipe's scripts read the same variable.
        var zfs = Environment.GetEnvironmentVariable("NODEAGENT_LAB_ZFS") ?? string.Empty;
        if (zfs is not ("" or "backports"))
        {
            throw new LabFailure($"NODEAGENT_LAB_ZFS={zfs} is not known. Leave it out for the release's ZFS, or say backports.");
        }

        var hash = RecipeHash.Compute(zfs, LabFolders.Recipe, LabFolders.Guest);
        return new LabImage(hash, folders.Image(hash));
    }
}
