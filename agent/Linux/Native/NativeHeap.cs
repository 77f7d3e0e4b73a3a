namespace NodeAgent.Linux.Native;

/// <summary>The heap of the C library: the runtime, its compiler and OpenSSL allocate there.</summary>
public static class NativeHeap
{
    /// <summary>Gives back to the kernel what was freed and is still kept for the next allocation. True if there was something.</summary>
    public static bool Trim() => LibC.malloc_trim(0) == 1;
}
