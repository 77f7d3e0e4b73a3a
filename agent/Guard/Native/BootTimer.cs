namespace NodeAgent.Guard.Native;

/// <summary>A descriptor that becomes readable at an instant of CLOCK_BOOTTIME, also after a suspend.</summary>
internal sealed unsafe class BootTimer
{
    private const int Absolute = 1;

    public BootTimer() => Descriptor = LibC.timerfd_create(KernelClock.BootTime, LibC.NonBlocking | LibC.CloseOnExec);

    public int Descriptor { get; }

    /// <summary>Sets it anew; whatever was due before is forgotten.</summary>
    public void Set(long instant)
    {
        // Zero would switch it off.
        var due = Math.Max(1, instant);
        var spec = stackalloc long[4];
        spec[0] = 0;
        spec[1] = 0;
        spec[2] = due / KernelClock.Second;
        spec[3] = due % KernelClock.Second;
        _ = LibC.timerfd_settime(Descriptor, Absolute, spec, null);
    }
}
