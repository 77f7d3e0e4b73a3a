using NodeAgent.Lab.Images;

namespace NodeAgent.Lab.Machines;

/// <summary>How a node looks to QEMU.</summary>
public sealed record QemuArguments(LabImage Image, Acceleration Acceleration, string Folder, int Node, int MemoryMiB)
{
    public const int DataDisks = 3;
    public const string DataDiskSize = "2G";

    // Two where the host has them: with one, whatever compiles or copies holds up the lease of an emulated node.
    private static string Processors => Environment.GetEnvironmentVariable("NODEAGENT_LAB_PROCESSORS") is { Length: > 0 } chosen ? chosen : Environment.ProcessorCount >= 4 ? "2" : "1";

    // An emulated "rep movsb" (ERMS) copies byte by byte, 50 MB/s through a pipe; programs and kernels that look at the flags choose better.
    private const string EmulatedProcessor = "max,-erms,-fsrm";

    public string RootDisk => Path.Combine(Folder, "root.qcow2");

    public string Console => Path.Combine(Folder, "console.log");

    /// <summary>What QEMU itself says, in the end too.</summary>
    public string Log => Path.Combine(Folder, "qemu.log");

    public string Monitor => Path.Combine(Folder, "mon");

    public string PidFile => Path.Combine(Folder, "pid");

    public static string KernelCommandLine(int node) =>
        "root=/dev/vda rw rootfstype=ext4 console=ttyS0,115200 quiet loglevel=4 mitigations=off nokaslr audit=0 apparmor=0 selinux=0 "
        + "no_timer_check nowatchdog random.trust_cpu=on panic=5 net.ifnames=0 systemd.show_status=0 "
        + $"systemd.machine_id=4e6f646541674e740000000000000{node:D3} lab.node={node}";

    public string DataDisk(int disk) => Path.Combine(Folder, $"d{disk}.raw");

    public IReadOnlyList<string> Build(bool incoming)
    {
        List<string> arguments =
        [
            Image.Emulator, "-name", $"node{Node},process=qemu-system", "-nodefaults", "-no-user-config", "-display", "none",
            "-machine", "q35", "-accel", Acceleration.Argument, "-cpu", Acceleration.IsKvm ? "max" : EmulatedProcessor, "-smp", Processors, "-m", $"{MemoryMiB}",
            "-kernel", Image.Kernel, "-initrd", Image.Ramdisk, "-append", KernelCommandLine(Node),
            "-serial", $"file:{Console}",
            "-chardev", $"socket,id=mon,path={Monitor},server=on,wait=off", "-mon", "chardev=mon,mode=control",
            "-device", "virtio-rng-pci", "-rtc", "base=utc,clock=host",
            "-device", "i6300esb,id=watchdog", "-action", "watchdog=reset",
            "-D", Log, "-daemonize", "-pidfile", PidFile,
        ];
        // cache=unsafe: what the guest flushed stays in the host's page cache, which killing QEMU does not lose.
        AddDisk(arguments, "root", RootDisk, "qcow2", $"root{Node}");
        for (var disk = 1; disk <= DataDisks; disk++)
        {
            AddDisk(arguments, $"d{disk}", DataDisk(disk), "raw", $"n{Node}d{disk}");
        }

        foreach (var (link, letter) in new[] { (Link.Management, 'a'), (Link.ReplicationA, 'b'), (Link.ReplicationB, 'c') })
        {
            arguments.AddRange(["-netdev", $"tap,id=net{letter},ifname={LabNetwork.Tap(link, Node)},script=no,downscript=no"]);
            arguments.AddRange(["-device", $"virtio-net-pci,netdev=net{letter},mac=52:54:00:0{letter}:00:{Node:D2},romfile="]);
        }

        if (incoming)
        {
            arguments.AddRange(["-S", "-incoming", "defer"]);
        }

        return arguments;
    }

    private static void AddDisk(List<string> arguments, string id, string file, string format, string serial)
    {
        arguments.AddRange(["-drive", $"file={file},if=none,id={id},format={format},cache=unsafe,discard=unmap"]);
        arguments.AddRange(["-device", $"virtio-blk-pci,drive={id},serial={serial}"]);
    }
}
