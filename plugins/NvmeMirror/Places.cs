namespace NodeAgent.Plugins.NvmeMirrorBackend;

/// <summary>Where the kernel shows what it has. Tests put a folder of their own here.</summary>
/// <param name="Target">The kernel's NVMe target: /sys/kernel/config/nvmet.</param>
/// <param name="Class">/sys/class.</param>
/// <param name="Partitions">/dev/disk/by-partuuid.</param>
/// <param name="Fabrics">The door of the NVMe initiator: /dev/nvme-fabrics.</param>
/// <param name="ZfsParameters">/sys/module/zfs/parameters.</param>
/// <param name="ZfsPools">/proc/spl/kstat/zfs: a folder for each imported pool.</param>
/// <param name="Connections">/proc/net/tcp.</param>
/// <param name="Etc">/etc.</param>
/// <param name="TargetModule">/sys/module/nvmet: there when the kernel's target is loaded.</param>
internal sealed record Places(
    string Target, string Class, string Partitions, string Fabrics, string ZfsParameters, string ZfsPools, string Connections, string Etc, string TargetModule)
{
    public static Places OfTheSystem { get; } = new(
        "/sys/kernel/config/nvmet", "/sys/class", "/dev/disk/by-partuuid", "/dev/nvme-fabrics", "/sys/module/zfs/parameters",
        "/proc/spl/kstat/zfs", "/proc/net/tcp", "/etc", "/sys/module/nvmet");

    public static Places Below(string root) => new(
        $"{root}/nvmet", $"{root}/class", $"{root}/by-partuuid", $"{root}/nvme-fabrics", $"{root}/module/zfs/parameters", $"{root}/kstat", $"{root}/tcp", $"{root}/etc", $"{root}/module/nvmet");
}
