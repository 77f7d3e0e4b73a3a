using NodeAgent.Guard.Native;

namespace NodeAgent.Guard.Serving;

/// <summary>The kernel's log: memory, and from there the console or whatever outlives the reset. Never waits for a disk.</summary>
internal sealed unsafe class KernelLog
{
    private const int Longest = 400;
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
        // Without a line end the kernel keeps the line back until the next one.
        var whole = new LineBuffer(stackalloc byte[Longest]);
        whole.Add(line[..Math.Min(line.Length, Longest - 1)]);
        whole.Add("\n"u8);
        fixed (byte* start = whole.Text)
        {
            _ = LibC.write(descriptor, start, (nuint)whole.Text.Length);
        }
    }
}
