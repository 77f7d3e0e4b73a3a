namespace NodeAgent.Guard.Native;

/// <summary>What the kernel grants to a process that must not be late.</summary>
internal static unsafe class Privilege
{
    private const int CurrentAndFuture = 3;
    private const int RoundRobin = 2;
    private const int ResetOnFork = 0x40000000;
    private const int Priority = 50;

    /// <summary>No page of this process is ever fetched from a disk.</summary>
    public static bool LockMemory() => LibC.mlockall(CurrentAndFuture) == 0;

    /// <summary>This thread runs before everything that is not real-time.</summary>
    public static bool RunFirst()
    {
        var priority = Priority;
        return LibC.sched_setscheduler(0, RoundRobin | ResetOnFork, &priority) == 0;
    }
}
