namespace NodeAgent.Guard.Native;

/// <summary>CLOCK_BOOTTIME: never set, counts suspend.</summary>
internal static unsafe class KernelClock
{
    public const int BootTime = 7;
    public const long Second = 1_000_000_000;
    public const long Millisecond = 1_000_000;

    /// <summary>Nanoseconds since boot.</summary>
    public static long Now
    {
        get
        {
            var parts = stackalloc long[2];
            _ = LibC.clock_gettime(BootTime, parts);
            return (parts[0] * Second) + parts[1];
        }
    }
}
