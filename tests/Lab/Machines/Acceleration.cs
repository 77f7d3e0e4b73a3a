using System.Diagnostics;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Images;

namespace NodeAgent.Lab.Machines;

/// <summary>
/// KVM or emulation. /dev/kvm alone proves nothing: some hosts offer a KVM that cannot run an ordinary kernel,
/// or runs it slower than emulation. So the guest's own kernel is booted under KVM, once per host boot.
/// </summary>
public sealed record Acceleration(string Name, string Argument, string Why)
{
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(20);

    public bool IsKvm => Name == "kvm";

    private static Acceleration Kvm => new("kvm", "kvm", "the guest kernel reached READY under KVM");

    public static async Task<Acceleration> FindAsync(LabFolders folders, LabImage image, CancellationToken cancel)
    {
        var forced = Environment.GetEnvironmentVariable("NODEAGENT_LAB_ACCEL");
        if (forced is "kvm" or "tcg")
        {
            return forced == "kvm" ? Kvm with { Why = "NODEAGENT_LAB_ACCEL" } : Tcg("NODEAGENT_LAB_ACCEL");
        }

        if (!File.Exists("/dev/kvm"))
        {
            return Tcg("there is no /dev/kvm");
        }

        var boot = (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", cancel)).Trim();
        var memory = Path.Combine(folders.Cache, $"acceleration-{boot}-{image.Hash}");
        if (!File.Exists(memory))
        {
            await File.WriteAllTextAsync(memory, await ProbeAsync(folders, image, cancel), cancel);
        }

        var trouble = await File.ReadAllTextAsync(memory, cancel);
        return trouble.Length == 0 ? Kvm : Tcg(trouble);
    }

    private static Acceleration Tcg(string why) => new("tcg", "tcg,thread=multi,tb-size=512", why);

    private static async Task<string> ProbeAsync(LabFolders folders, LabImage image, CancellationToken cancel)
    {
        Say.Line("trying KVM …");
        var folder = Path.Combine(folders.Cache, "work", $"kvm-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        var console = Path.Combine(folder, "console");
        var disk = Path.Combine(folder, "root.qcow2");
        (await Shell.RunAsync(["qemu-img", "create", "-q", "-f", "qcow2", "-b", image.Disk, "-F", "raw", disk], ProbeLimit, cancel)).Expect();
        using var qemu = Shell.Start(
        [
            image.Emulator, "-nodefaults", "-no-user-config", "-display", "none", "-machine", "q35", "-accel", "kvm", "-cpu", "max", "-m", "1024",
            "-kernel", image.Kernel, "-initrd", image.Ramdisk, "-append", QemuArguments.KernelCommandLine(1), "-serial", "file:" + console,
            "-drive", $"file={disk},if=none,id=root,format=qcow2,cache=unsafe", "-device", "virtio-blk-pci,drive=root",
        ]);
        var errors = qemu.StandardError.ReadToEndAsync(cancel);
        var began = Stopwatch.GetTimestamp();
        var ready = false;
        while (!ready && !qemu.HasExited && Stopwatch.GetElapsedTime(began) < ProbeLimit)
        {
            await Task.Delay(100, cancel);
            ready = File.Exists(console) && (await File.ReadAllTextAsync(console, cancel)).Contains("LAB-READY", StringComparison.Ordinal);
        }

        var ended = qemu.HasExited;
        qemu.Kill(entireProcessTree: true);
        await qemu.WaitForExitAsync(cancel);
        Directory.Delete(folder, recursive: true);
        var said = (await errors).Split('\n', 2)[0];
        return ready ? string.Empty
            : ended ? $"QEMU under KVM ended by itself: {said}"
            : $"the guest kernel did not reach READY under KVM within {ProbeLimit.TotalSeconds:F0} s {said}".TrimEnd();
    }
}
