using NodeAgent.Guard.Deciding;
using NodeAgent.Guard.Devices;
using NodeAgent.Guard.Native;

namespace NodeAgent.Guard.Serving;

/// <summary>Puts the parts together, takes over what was left, and says how things stand.</summary>
internal sealed class Duty(GuardOptions options, string program, string[] arguments)
{
    private const int CannotServe = 1;
    private readonly SystemdNotice systemd = new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));

    public int Run()
    {
        var before = Inheritance.Read(LibC.getpid(), Environment.GetEnvironmentVariable);
        var words = new LastWords(OpenKernelLog(), systemd);
        var kept = new KeptState(before.State);
        // Before the device: a device without its state is not fed.
        systemd.Keep(kept.Descriptor, "state"u8);
        var feeding = new Feeding(options, kept, words, systemd, OpenLastResort());
        feeding.TakeOver(before.Device);
        if (feeding.State.Phase == GuardPhase.Disarmed)
        {
            _ = feeding.Attest(before.Device);
        }

        var listener = before.Socket >= 0 && FileSight.Of(options.Socket) == FileKind.Socket ? before.Socket : Listener.Open(options.Socket, options.User);
        if (listener < 0)
        {
            return CannotServe;
        }

        CloseOnExec([before.State, before.Device, before.Socket]);
        systemd.Keep(listener, "socket"u8);
        var loop = new GuardLoop(feeding, words, listener, BootId());
        HarnessPrivileges(feeding.Sight);
        Report(feeding);
        systemd.Tell("READY=1"u8);
        while (loop.Run() == LoopEnd.Reload)
        {
            StartAnew(feeding, kept, listener);
        }

        feeding.Release();
        Listener.Remove(options.Socket);
        return 0;
    }

    private static KernelLog OpenKernelLog()
    {
        var kernel = new KernelLog();
        if (!kernel.IsOpen)
        {
            StartLog.Warn($"cannot write to the kernel's log, a reset will leave no reason there: {Errno.Text}");
        }

        return kernel;
    }

    private LastResort OpenLastResort()
    {
        var lastResort = new LastResort(options.Device, options.StandInReset);
        if (!lastResort.IsOpen && (options.Device == DeviceChoice.Any || FileSight.Of(options.Device) == FileKind.Character))
        {
            StartLog.Warn($"cannot write to /proc/sysrq-trigger, a machine that stood still together with its watchdog goes on: {Errno.Text}");
        }

        return lastResort;
    }

    private static byte[] BootId() => Guid.Parse(File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()).ToByteArray();

    private static void CloseOnExec(ReadOnlySpan<int> descriptors)
    {
        foreach (var descriptor in descriptors)
        {
            Restart.Pass(descriptor, pass: false);
        }
    }

    private static void HarnessPrivileges(GuardSight sight)
    {
        if (Privilege.RunFirst())
        {
            sight.Flags |= GuardSight.RealTime;
        }
        else
        {
            StartLog.Warn($"no real-time priority, the guard may be late under load: {Errno.Text}");
        }

        if (Privilege.LockMemory())
        {
            sight.Flags |= GuardSight.Locked;
        }
        else
        {
            StartLog.Warn($"memory is not locked, the guard may wait for a disk: {Errno.Text}");
        }
    }

    private void Report(Feeding feeding)
    {
        var sight = feeding.Sight;
        if (sight.TimeoutMilliseconds == 0)
        {
            StartLog.Warn("there is no watchdog that could be set and read back: this node cannot be trusted with a lease");
            systemd.Tell("STATUS=No watchdog: this node cannot be trusted with a lease."u8);
            return;
        }

        var name = System.Text.Encoding.ASCII.GetString(sight.Identity).TrimEnd('\0');
        StartLog.Say($"watchdog '{name}' resets {sight.TimeoutMilliseconds} ms after its last feed; {feeding.State.Phase}");
        if ((sight.Flags & GuardSight.Software) != 0)
        {
            StartLog.Warn("THIS IS A SOFTWARE WATCHDOG: a kernel that hangs does not reset itself. Do not trust data to it; use a hardware watchdog.");
        }

        if ((sight.Flags & GuardSight.StandIn) != 0)
        {
            StartLog.Warn("THIS IS A STAND-IN FOR TESTS: it resets nothing.");
        }
    }

    // Returns only if the new program could not be started; then this one goes on.
    private void StartAnew(Feeding feeding, KeptState kept, int listener)
    {
        int[] passed = [kept.Descriptor, listener, feeding.DeviceDescriptor];
        foreach (var descriptor in passed)
        {
            Restart.Pass(descriptor, pass: true);
        }

        Restart.SetVariable(
            Inheritance.Variable,
            $"{Inheritance.StateName}={passed[0]}:{Inheritance.SocketName}={passed[1]}" + (passed[2] < 0 ? "" : $":{Inheritance.DeviceName}={passed[2]}"));
        Restart.Into(program, [program, .. arguments]);
        CloseOnExec(passed);
    }
}
