using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace NodeAgent.Daemon.Plugins.Discovery;

/// <summary>Who owns a path. The class library tells a file's mode and not its owner.</summary>
internal static partial class FileOwner
{
    private const int CurrentFolder = -100;
    private const int DoNotFollow = 0x100;
    private const uint WantOwner = 0x8;
    private const int OwnerOffset = 20;

    /// <summary>The user id that owns the path itself, not what it links to; null if it cannot be told.</summary>
    public static uint? Read(string path)
    {
        // struct statx has the same layout on every architecture.
        Span<byte> status = stackalloc byte[256];
        return Statx(CurrentFolder, path, DoNotFollow, WantOwner, status) == 0
            ? BinaryPrimitives.ReadUInt32LittleEndian(status[OwnerOffset..])
            : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> status);
}
