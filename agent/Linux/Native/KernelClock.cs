namespace NodeAgent.Linux.Native;

/// <summary>clock_gettime.</summary>
internal static class KernelClock
{
    /// <summary>Nanoseconds on a clock of the kernel.</summary>
    public static unsafe long Read(int clock)
    {
        var parts = stackalloc long[2];
        return LibC.clock_gettime(clock, parts) < 0
            ? throw new InvalidOperationException($"clock_gettime({clock}): {Errno.Text(Errno.Last)}")
            : (parts[0] * 1_000_000_000) + parts[1];
    }
}
