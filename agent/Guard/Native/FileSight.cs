namespace NodeAgent.Guard.Native;

/// <summary>Looks at what lies at a path, or behind a descriptor.</summary>
internal static unsafe class FileSight
{
    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint KindOnly = 1;
    private const int KindOffset = 28;
    private const int KindMask = 0xF000;

    public static FileKind Of(string path) => Look(CurrentFolder, path, 0);

    public static FileKind Of(int descriptor) => Look(descriptor, "", EmptyPath);

    private static FileKind Look(int folder, string path, int flags)
    {
        var answer = stackalloc byte[256];
        fixed (byte* name = CString.Of(path))
        {
            return LibC.statx(folder, name, flags, KindOnly, answer) < 0 ? FileKind.Nothing : (*(ushort*)(answer + KindOffset) & KindMask) switch
            {
                0x2000 => FileKind.Character,
                0x1000 => FileKind.Pipe,
                0xC000 => FileKind.Socket,
                _ => FileKind.Other,
            };
        }
    }
}
