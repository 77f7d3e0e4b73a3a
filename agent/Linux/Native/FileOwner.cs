namespace NodeAgent.Linux.Native;

/// <summary>Who owns a file and who may write to it, behind symbolic links.</summary>
internal readonly record struct FileOwner(uint UserId, uint Mode)
{
    private const uint KindMask = 0xF000;
    private const uint RegularFile = 0x8000;
    private const uint AnyExecute = 0x49;
    private const uint OthersWrite = 0x12;
    private const uint OthersAny = 0x3F;
    private const uint BasicStats = 0x7FF;

    // Offsets in struct statx, which is the same on every architecture.
    private const int UserIdOffset = 20;
    private const int ModeOffset = 28;

    public bool IsExecutable => (Mode & KindMask) == RegularFile && (Mode & AnyExecute) != 0;

    /// <summary>A regular file of root's or ours that nobody else may read or write.</summary>
    public bool OnlyOwnerReads =>
        (Mode & KindMask) == RegularFile && (Mode & OthersAny) == 0 && (UserId == 0 || UserId == LibC.geteuid());

    public bool OnlyRootWrites => UserId == 0 && (Mode & OthersWrite) == 0;

    /// <summary>Null if there is nothing of that name.</summary>
    public static unsafe FileOwner? Of(string path)
    {
        var answer = stackalloc byte[256];
        return LibC.statx(LibC.AtFdCwd, path, 0, BasicStats, answer) < 0
            ? null
            : new(*(uint*)(answer + UserIdOffset), *(ushort*)(answer + ModeOffset));
    }
}
