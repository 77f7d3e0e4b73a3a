using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>Commands for pools on the data disks.</summary>
public static class Pools
{
    public static string Create(string name, LabNode node, string layout = "", params int[] disks) =>
        $"zpool create -f -o ashift=12 -O compression=off -O atime=off {name} {layout} "
        + string.Join(' ', (disks.Length == 0 ? [1] : disks).Select(node.DataDisk));
}
