namespace NodeAgent.Guard.Native;

/// <summary>As the kernel lays it out.</summary>
internal struct PollEntry
{
    public const short Readable = 1;
    public const short Gone = 8 | 16 | 32;

    public int Descriptor;
    public short Wanted;
    public short Seen;
}
