using NodeAgent.Linux.Clocks;
using NodeAgent.Linux.Modules;

namespace NodeAgent.Daemon.Tuning;

/// <summary>What tuning touches.</summary>
/// <param name="Module">The ZFS module.</param>
/// <param name="Node">Looks at memory and drives.</param>
/// <param name="Boot">Which boot this is.</param>
/// <param name="Time">The clock, for people only.</param>
internal sealed record TuneSurroundings(IModuleParameters Module, Func<NodeShape> Node, string Boot, TimeProvider Time)
{
    /// <summary>Those of a system below a folder: "/" but in tests.</summary>
    public static TuneSurroundings Below(string root, TimeProvider time)
    {
        var module = new ModuleParameters("zfs", Path.Join(root, "sys/module"));
        var boot = BootIdentity.Read(Path.Join(root, "proc/sys/kernel/random/boot_id"));

        // Without an identity every look is another boot: then nothing is brought back that may be gone, and nothing is taken for set.
        return new TuneSurroundings(module, () => NodeLook.At(root, module), boot.IsOk ? boot.Value.ToString() : Guid.NewGuid().ToString(), time);
    }
}
