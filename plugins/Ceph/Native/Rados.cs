using System.Runtime.InteropServices;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace NodeAgent.Plugins.CephBackend.Native;

/// <summary>librados, as its C header has it. Every call may block: only <see cref="Calls.CallLane"/> makes them.</summary>
internal static unsafe partial class Rados
{
    public const string Library = "librados.so.2";

    /// <summary>LIBRADOS_CMPXATTR_OP_EQ.</summary>
    public const byte Equal = 1;

    /// <summary>LIBRADOS_CREATE_IDEMPOTENT.</summary>
    public const int CreateIdempotent = 0;

    [LibraryImport(Library, EntryPoint = "rados_create2", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Create(out nint cluster, string? clusterName, string name, ulong flags);

    [LibraryImport(Library, EntryPoint = "rados_conf_read_file", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ReadConfiguration(ClusterHandle cluster, string path);

    [LibraryImport(Library, EntryPoint = "rados_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Configure(ClusterHandle cluster, string option, string value);

    [LibraryImport(Library, EntryPoint = "rados_connect")]
    public static partial int Connect(ClusterHandle cluster);

    [LibraryImport(Library, EntryPoint = "rados_shutdown")]
    public static partial void Shutdown(nint cluster);

    [LibraryImport(Library, EntryPoint = "rados_getaddrs")]
    public static partial int GetAddresses(ClusterHandle cluster, out byte* addresses);

    [LibraryImport(Library, EntryPoint = "rados_buffer_free")]
    public static partial void Free(byte* buffer);

    [LibraryImport(Library, EntryPoint = "rados_mon_command")]
    public static partial int MonitorCommand(
        ClusterHandle cluster, byte** command, nuint commands, byte* input, nuint inputLength,
        out byte* output, out nuint outputLength, out byte* text, out nuint textLength);

    [LibraryImport(Library, EntryPoint = "rados_osd_command")]
    public static partial int OsdCommand(
        ClusterHandle cluster, int osd, byte** command, nuint commands, byte* input, nuint inputLength,
        out byte* output, out nuint outputLength, out byte* text, out nuint textLength);

    [LibraryImport(Library, EntryPoint = "rados_wait_for_latest_osdmap")]
    public static partial int WaitForLatestMap(ClusterHandle cluster);

    [LibraryImport(Library, EntryPoint = "rados_ioctx_create", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int CreateIo(ClusterHandle cluster, string pool, out nint io);

    [LibraryImport(Library, EntryPoint = "rados_ioctx_destroy")]
    public static partial void DestroyIo(nint io);

    [LibraryImport(Library, EntryPoint = "rados_read", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ReadObject(IoHandle io, string target, byte* buffer, nuint length, ulong offset);

    [LibraryImport(Library, EntryPoint = "rados_aio_create_completion2")]
    public static partial int CreateCompletion(nint argument, nint callback, out nint completion);

    [LibraryImport(Library, EntryPoint = "rados_aio_flush_async")]
    public static partial int BeginFlush(IoHandle io, nint completion);

    [LibraryImport(Library, EntryPoint = "rados_aio_wait_for_complete")]
    public static partial int WaitForCompletion(nint completion);

    [LibraryImport(Library, EntryPoint = "rados_aio_release")]
    public static partial void ReleaseCompletion(nint completion);

    [LibraryImport(Library, EntryPoint = "rados_create_write_op")]
    public static partial nint CreateWrite();

    [LibraryImport(Library, EntryPoint = "rados_release_write_op")]
    public static partial void ReleaseWrite(nint write);

    [LibraryImport(Library, EntryPoint = "rados_write_op_create", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void WriteCreates(nint write, int exclusive, string? category);

    [LibraryImport(Library, EntryPoint = "rados_write_op_omap_cmp", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void WriteCompares(nint write, string key, byte comparison, byte* value, nuint length, int* result);

    [LibraryImport(Library, EntryPoint = "rados_write_op_omap_set")]
    public static partial void WriteSets(nint write, byte** keys, byte** values, nuint* lengths, nuint count);

    [LibraryImport(Library, EntryPoint = "rados_write_op_omap_rm_keys")]
    public static partial void WriteRemoves(nint write, byte** keys, nuint count);

    [LibraryImport(Library, EntryPoint = "rados_write_op_operate", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Write(nint write, IoHandle io, string target, long* modified, int flags);

    [LibraryImport(Library, EntryPoint = "rados_create_read_op")]
    public static partial nint CreateRead();

    [LibraryImport(Library, EntryPoint = "rados_release_read_op")]
    public static partial void ReleaseRead(nint read);

    [LibraryImport(Library, EntryPoint = "rados_read_op_omap_get_vals2", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void ReadValues(
        nint read, string startAfter, string prefix, ulong most, nint* values, byte* more, int* result);

    [LibraryImport(Library, EntryPoint = "rados_read_op_operate", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Read(nint read, IoHandle io, string target, int flags);

    [LibraryImport(Library, EntryPoint = "rados_omap_get_next")]
    public static partial int NextValue(nint values, out byte* key, out byte* value, out nuint length);

    [LibraryImport(Library, EntryPoint = "rados_omap_get_end")]
    public static partial void EndValues(nint values);
}
