using NodeAgent.Guard.Deciding;
using NodeAgent.Guard.Native;

namespace NodeAgent.Guard.Devices;

/// <summary>A watchdog of the kernel, by its ioctls. Source: the kernel's watchdog-api document.</summary>
internal sealed unsafe class KernelDevice(string path) : WatchdogDevice
{
    private const nuint GetSupport = 0x80285700;
    private const nuint GetBootStatus = 0x80045702;
    private const nuint SetOptions = 0x80045704;
    private const nuint KeepAlive = 0x80045705;
    private const nuint SetTimeout = 0xC0045706;
    private const nuint GetTimeout = 0x80045707;
    private const nuint SetPretimeout = 0xC0045708;
    private const nuint GetPretimeout = 0x80045709;
    private const int DisableCard = 1;
    private const int EnableCard = 2;
    private const uint HasPretimeout = 0x200;
    private const int ResetByCard = 0x20;
    private const int LongestGoodbye = 120;
    // A pretimeout leaves the rest for the kernel's last words; shorter timeouts have no room for it.
    private const int ShortestWithPretimeout = 4;

    private uint options;

    public override bool IsHardware => Identity.Length > 0 && (Flags & GuardSight.Software) == 0;

    public override bool Attest(int seconds)
    {
        if (Descriptor < 0)
        {
            fixed (byte* name = CString.Of(path))
            {
                Descriptor = LibC.open(name, LibC.WriteOnly | LibC.CloseOnExec);
            }

            // Opening it starts it.
            Runs = Descriptor >= 0;
        }

        if (Descriptor < 0)
        {
            return false;
        }

        Identify();
        var value = seconds;
        _ = LibC.ioctl(Descriptor, SetTimeout, &value);
        if ((options & HasPretimeout) != 0)
        {
            value = seconds >= ShortestWithPretimeout ? 1 : 0;
            _ = LibC.ioctl(Descriptor, SetPretimeout, &value);
        }

        ReadBack();
        Stop();
        return TimeoutMilliseconds > 0;
    }

    public override bool TryStart()
    {
        var value = EnableCard;
        // Drivers without this call run since they were opened.
        if (!Runs && LibC.ioctl(Descriptor, SetOptions, &value) < 0)
        {
            return false;
        }

        Runs = true;
        var before = TimeoutMilliseconds;
        ReadBack();
        return before == TimeoutMilliseconds && Feed();
    }

    public override bool Feed()
    {
        var nothing = 0;
        if (LibC.ioctl(Descriptor, KeepAlive, &nothing) == 0)
        {
            return true;
        }

        return LibC.write(Descriptor, &nothing, 1) == 1;
    }

    public override void Stop()
    {
        var value = DisableCard;
        if (Runs && LibC.ioctl(Descriptor, SetOptions, &value) == 0)
        {
            Runs = false;
        }
    }

    public override void Release()
    {
        Stop();
        if (Runs)
        {
            // Shutting down may take longer than a lease does.
            var value = LongestGoodbye;
            _ = LibC.ioctl(Descriptor, SetTimeout, &value);
            _ = Feed();
        }

        var letter = (byte)'V';
        _ = LibC.write(Descriptor, &letter, 1);
        _ = LibC.close(Descriptor);
        Descriptor = -1;
    }

    public override bool TakeOver(int descriptor, bool runs, int timeoutMilliseconds)
    {
        Descriptor = descriptor;
        Runs = runs;
        Identify();
        // Setting anything could feed it.
        ReadBack();
        return TimeoutMilliseconds > 0 && TimeoutMilliseconds == timeoutMilliseconds;
    }

    private void Identify()
    {
        var support = stackalloc byte[40];
        if (LibC.ioctl(Descriptor, GetSupport, support) == 0)
        {
            options = *(uint*)support;
            Identity = new ReadOnlySpan<byte>(support + 8, 32).ToArray();
        }

        var status = 0;
        var byCard = LibC.ioctl(Descriptor, GetBootStatus, &status) == 0 && (status & ResetByCard) != 0;
        Flags = (SystemWatchdog.CannotBeStopped(path) ? GuardSight.NoWayOut : 0)
            | (Identity.AsSpan().StartsWith("Software Watchdog"u8) ? GuardSight.Software : 0)
            | (byCard ? GuardSight.ResetBefore : 0);
    }

    private void ReadBack()
    {
        var value = 0;
        TimeoutMilliseconds = LibC.ioctl(Descriptor, GetTimeout, &value) == 0 && value > 0 ? value * 1000 : 0;
        value = 0;
        PretimeoutMilliseconds = (options & HasPretimeout) != 0 && LibC.ioctl(Descriptor, GetPretimeout, &value) == 0 ? value * 1000 : 0;
    }
}
