using NodeAgent.Guard.Native;

namespace NodeAgent.Guard.Serving;

/// <summary>The kernel's log: memory, and from there the console or whatever outlives the reset. Never waits for a disk.</summary>
internal sealed unsafe class KernelLog
{
    private readonly int descriptor;

    public KernelLog()
    {
        fixed (byte* path = CString.Of("/dev/kmsg"))
        {
            descriptor = LibC.open(path, LibC.WriteOnly | LibC.CloseOnExec | LibC.NonBlocking);
        }
    }

    public bool IsOpen => descriptor >= 0;

    public void Say(ReadOnlySpan<byte> line)
    {
        fixed (byte* start = line)
        {
            _ = LibC.write(descriptor, start, (nuint)line.Length);
        }
    }
}
