using System.Text;

namespace NodeAgent.Linux.Commands;

/// <summary>Keeps the beginning of what a program prints.</summary>
internal sealed class OutputBuffer(int limit)
{
    private byte[] bytes = GC.AllocateUninitializedArray<byte>(16 * 1024);
    private int kept;

    /// <summary>True if there was more than the limit.</summary>
    public bool IsOverLimit { get; private set; }

    /// <summary>Where to read to.</summary>
    public Memory<byte> Free()
    {
        if (kept == bytes.Length)
        {
            var larger = GC.AllocateUninitializedArray<byte>(bytes.Length * 2);
            bytes.CopyTo(larger, 0);
            bytes = larger;
        }

        return bytes.AsMemory(kept);
    }

    /// <summary>Keeps what was read to <see cref="Free"/>, up to the limit.</summary>
    public void Keep(int count)
    {
        IsOverLimit |= count > limit - kept;
        kept = Math.Min(kept + count, limit);
    }

    /// <summary>What was kept, as UTF-8.</summary>
    public string Text() => Encoding.UTF8.GetString(bytes, 0, kept);
}
