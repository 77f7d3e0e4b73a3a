using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Changes;

/// <summary>Collects what librbd's diff tells its callback. No exception crosses into C: it ends the diff instead.</summary>
internal static unsafe class DiffCollector
{
    /// <summary>The objects that differ in an open snapshot and an older one. Blocks; only a call lane uses it.</summary>
    public static int Collect(ImageHandle image, string? from, long size, List<Extent> told)
    {
        // The call is synchronous: nothing calls back after it.
        var handle = GCHandle.Alloc(told);
        try
        {
            return Rbd.Diff(
                image, from, 0, (ulong)size, includeParent: 1, wholeObject: 1, &Add, (void*)GCHandle.ToIntPtr(handle));
        }
        finally
        {
            handle.Free();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Add(ulong offset, nuint length, int exists, void* argument)
    {
        try
        {
            ((List<Extent>)GCHandle.FromIntPtr((nint)argument).Target!).Add(new Extent((long)offset, (long)length, exists == 0));
            return 0;
        }
        catch (Exception any) when (any is OutOfMemoryException or InvalidCastException or InvalidOperationException or NullReferenceException)
        {
            return -Errno.Cancelled;
        }
    }
}
