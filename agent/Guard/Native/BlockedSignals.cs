namespace NodeAgent.Guard.Native;

/// <summary>
/// The signals that are read instead of suffered. The runtime has threads before Main begins, and a signal takes any thread
/// that does not block it: so the guard blocks them and starts itself once more.
/// </summary>
internal static unsafe class BlockedSignals
{
    public const int Reload = 1;
    public const int Pipe = 13;
    private const int Interrupt = 2;
    private const int Terminate = 15;
    private const int SetSize = 16;

    private static ulong Mask => Bit(Reload) | Bit(Interrupt) | Bit(Pipe) | Bit(Terminate);

    /// <summary>True if they were blocked when this process began.</summary>
    public static bool Block()
    {
        var wanted = stackalloc ulong[SetSize];
        var before = stackalloc ulong[SetSize];
        wanted[0] = Mask;
        _ = LibC.sigprocmask(0, wanted, before);
        return (before[0] & Mask) == Mask;
    }

    /// <summary>A descriptor that tells of them.</summary>
    public static int Open()
    {
        var mask = stackalloc ulong[SetSize];
        mask[0] = Mask;
        return LibC.signalfd(-1, mask, LibC.NonBlocking | LibC.CloseOnExec);
    }

    /// <summary>The next one; 0 if there is none.</summary>
    public static int Next(int descriptor)
    {
        var signal = stackalloc byte[128];
        return LibC.read(descriptor, signal, 128) == 128 ? *(int*)signal : 0;
    }

    private static ulong Bit(int signal) => 1ul << (signal - 1);
}
