using NodeAgent.Guard.Native;

namespace NodeAgent.Guard.Devices;

/// <summary>
/// Resets the machine without the watchdog: the kernel's own, by its sysrq door, opened before the loop. A stand-in device has
/// a stand-in for it, or nothing; a software watchdog has nothing, for it is the kernel's own timer and fires by itself.
/// </summary>
internal sealed unsafe class LastResort
{
    private const string Door = "/proc/sysrq-trigger";
    private readonly int machine = -1;
    private readonly int standIn = -1;

    /// <summary>Opens what belongs to the device, if it can be opened.</summary>
    /// <param name="device">The device's path: a pipe has nothing to do with this machine.</param>
    /// <param name="standInPath">The pipe that is told instead; empty if there is none.</param>
    public LastResort(string device, string standInPath)
    {
        var kind = FileSight.Of(device);
        if (device == DeviceChoice.Any || kind is FileKind.Character or FileKind.Socket)
        {
            machine = Open(Door);
        }
        else if (kind == FileKind.Pipe && standInPath.Length > 0 && FileSight.Of(standInPath) == FileKind.Pipe)
        {
            standIn = Open(standInPath);
        }
    }

    /// <summary>True if this machine could be reset, were its device a real one.</summary>
    public bool IsOpen => machine >= 0;

    /// <summary>True if <see cref="Pull"/> resets what this device guards.</summary>
    public bool Serves(WatchdogDevice? device) => device switch
    {
        null or { TimeoutMilliseconds: 0 } => false,
        StandInDevice => standIn >= 0,
        _ => machine >= 0 && device.IsHardware,
    };

    /// <summary>Returns only if it did not work, or if it is a stand-in.</summary>
    public void Pull(WatchdogDevice device)
    {
        var letter = (byte)'b';
        _ = LibC.write(device is StandInDevice ? standIn : machine, &letter, 1);
    }

    // Not for reading: a pipe without reader must not hold up the start.
    private static int Open(string path)
    {
        fixed (byte* name = CString.Of(path))
        {
            return LibC.open(name, LibC.WriteOnly | LibC.CloseOnExec | LibC.NonBlocking);
        }
    }
}
