using System.Runtime.InteropServices;

namespace NodeAgent.Plugins.CephBackend.Native;

/// <summary>librbd, as its C header has it. Every call may block: only <see cref="Calls.CallLane"/> makes them.</summary>
internal static unsafe partial class Rbd
{
    public const string Library = "librbd.so.1";

    public const int OptionFeatures = 1;
    public const int OptionOrder = 2;
    public const int OptionStripeUnit = 3;
    public const int OptionStripeCount = 4;
    public const int OptionDataPool = 10;
    public const int OptionCloneFormat = 12;

    /// <summary>layering, exclusive-lock, object-map, fast-diff, deep-flatten.</summary>
    public const ulong Features = 61;
    public const ulong FeatureStriping = 2;
    public const ulong FeatureLock = 4;

    /// <summary>layering, deep-flatten: what the kernel can do, without a lock that clients pass among each other and what needs it.</summary>
    public const ulong KernelFeatures = 33;

    public const ulong ObjectMapInvalid = 1;
    public const ulong FastDiffInvalid = 2;

    /// <summary>RBD_LOCK_MODE_EXCLUSIVE: never given away when another client asks.</summary>
    public const int LockExclusive = 0;

    [LibraryImport(Library, EntryPoint = "rbd_version")]
    public static partial void Version(out int major, out int minor, out int extra);

    [LibraryImport(Library, EntryPoint = "rbd_image_options_create")]
    public static partial void CreateOptions(out nint options);

    [LibraryImport(Library, EntryPoint = "rbd_image_options_destroy")]
    public static partial void DestroyOptions(nint options);

    [LibraryImport(Library, EntryPoint = "rbd_image_options_set_string", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetOption(nint options, int name, string value);

    [LibraryImport(Library, EntryPoint = "rbd_image_options_set_uint64")]
    public static partial int SetOption(nint options, int name, ulong value);

    [LibraryImport(Library, EntryPoint = "rbd_create4", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Create(IoHandle io, string name, ulong size, nint options);

    [LibraryImport(Library, EntryPoint = "rbd_open", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(IoHandle io, string name, out nint image, string? snapshot);

    [LibraryImport(Library, EntryPoint = "rbd_open_read_only", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenReadOnly(IoHandle io, string name, out nint image, string? snapshot);

    [LibraryImport(Library, EntryPoint = "rbd_close")]
    public static partial int Close(nint image);

    [LibraryImport(Library, EntryPoint = "rbd_list2")]
    public static partial int List(IoHandle io, ImageSpec* images, ref nuint count);

    [LibraryImport(Library, EntryPoint = "rbd_image_spec_list_cleanup")]
    public static partial void FreeList(ImageSpec* images, nuint count);

    [LibraryImport(Library, EntryPoint = "rbd_get_size")]
    public static partial int GetSize(ImageHandle image, out ulong size);

    [LibraryImport(Library, EntryPoint = "rbd_get_flags")]
    public static partial int GetFlags(ImageHandle image, out ulong flags);

    [LibraryImport(Library, EntryPoint = "rbd_get_features")]
    public static partial int GetFeatures(ImageHandle image, out ulong features);

    [LibraryImport(Library, EntryPoint = "rbd_get_parent_info")]
    public static partial int GetParent(
        ImageHandle image, byte* pool, nuint poolLength, byte* name, nuint nameLength, byte* snapshot, nuint snapshotLength);

    [LibraryImport(Library, EntryPoint = "rbd_get_id")]
    public static partial int GetId(ImageHandle image, byte* id, nuint length);

    [LibraryImport(Library, EntryPoint = "rbd_resize")]
    public static partial int Resize(ImageHandle image, ulong size);

    [LibraryImport(Library, EntryPoint = "rbd_snap_create", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int CreateSnapshot(ImageHandle image, string snapshot);

    [LibraryImport(Library, EntryPoint = "rbd_snap_remove", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RemoveSnapshot(ImageHandle image, string snapshot);

    [LibraryImport(Library, EntryPoint = "rbd_snap_list")]
    public static partial int ListSnapshots(ImageHandle image, SnapshotSpec* snapshots, ref int count);

    [LibraryImport(Library, EntryPoint = "rbd_snap_list_end")]
    public static partial void FreeSnapshots(SnapshotSpec* snapshots);

    [LibraryImport(Library, EntryPoint = "rbd_snap_protect", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Protect(ImageHandle image, string snapshot);

    [LibraryImport(Library, EntryPoint = "rbd_snap_unprotect", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unprotect(ImageHandle image, string snapshot);

    [LibraryImport(Library, EntryPoint = "rbd_snap_is_protected", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int IsProtected(ImageHandle image, string snapshot, out int isProtected);

    [LibraryImport(Library, EntryPoint = "rbd_snap_rollback", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rollback(ImageHandle image, string snapshot);

    [LibraryImport(Library, EntryPoint = "rbd_clone3", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Clone(IoHandle parentIo, string parent, string snapshot, IoHandle childIo, string child, nint options);

    [LibraryImport(Library, EntryPoint = "rbd_flatten")]
    public static partial int Flatten(ImageHandle image);

    [LibraryImport(Library, EntryPoint = "rbd_read")]
    public static partial nint Read(ImageHandle image, ulong offset, nuint length, byte* buffer);

    [LibraryImport(Library, EntryPoint = "rbd_write")]
    public static partial nint Write(ImageHandle image, ulong offset, nuint length, byte* buffer);

    [LibraryImport(Library, EntryPoint = "rbd_discard")]
    public static partial int Discard(ImageHandle image, ulong offset, ulong length);

    [LibraryImport(Library, EntryPoint = "rbd_flush")]
    public static partial int Flush(ImageHandle image);

    [LibraryImport(Library, EntryPoint = "rbd_diff_iterate2", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Diff(
        ImageHandle image, string? from, ulong offset, ulong length, byte includeParent, byte wholeObject,
        delegate* unmanaged[Cdecl]<ulong, nuint, int, void*, int> callback, void* argument);

    [LibraryImport(Library, EntryPoint = "rbd_metadata_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetMetadata(ImageHandle image, string key, string value);

    [LibraryImport(Library, EntryPoint = "rbd_metadata_get", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetMetadata(ImageHandle image, string key, byte* value, ref nuint length);

    [LibraryImport(Library, EntryPoint = "rbd_lock_acquire")]
    public static partial int AcquireLock(ImageHandle image, int mode);

    [LibraryImport(Library, EntryPoint = "rbd_lock_release")]
    public static partial int ReleaseLock(ImageHandle image);

    [LibraryImport(Library, EntryPoint = "rbd_is_exclusive_lock_owner")]
    public static partial int OwnsLock(ImageHandle image, out int owns);

    [LibraryImport(Library, EntryPoint = "rbd_list_lockers")]
    public static partial nint ListLockers(
        ImageHandle image, out int exclusive, byte* tag, ref nuint tagLength, byte* clients, ref nuint clientsLength,
        byte* cookies, ref nuint cookiesLength, byte* addresses, ref nuint addressesLength);

    [LibraryImport(Library, EntryPoint = "rbd_watchers_list")]
    public static partial int ListWatchers(ImageHandle image, WatcherSpec* watchers, ref nuint count);

    [LibraryImport(Library, EntryPoint = "rbd_watchers_list_cleanup")]
    public static partial void FreeWatchers(WatcherSpec* watchers, nuint count);

    [LibraryImport(Library, EntryPoint = "rbd_trash_move", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MoveToTrash(IoHandle io, string name, ulong delaySeconds);

    [LibraryImport(Library, EntryPoint = "rbd_trash_remove", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RemoveFromTrash(IoHandle io, string id, [MarshalAs(UnmanagedType.U1)] bool force);
}
