using System.Runtime.InteropServices;

namespace NodeAgent.Plugins.CephBackend.Native;

/// <summary>
/// librbd's mirroring, as its C header of 16.2 has it. Calls that fill a struct are told its size, and refuse one that is not theirs.
/// </summary>
internal static unsafe partial class RbdMirror
{
    public const int ModeDisabled = 0;
    public const int ImageModeSnapshot = 1;
    public const int ImageEnabled = 1;

    public const int StateError = 1;
    public const int StateSyncing = 2;
    public const int StateStarting = 3;
    public const int StateReplaying = 4;
    public const int StateStopped = 6;

    /// <summary>RBD_SNAP_NAMESPACE_TYPE_MIRROR.</summary>
    public const int SnapshotOfMirror = 3;

    /// <summary>RBD_SNAP_MIRROR_STATE_NON_PRIMARY: from here on brought by the other site, also as given away there.</summary>
    public const int SnapshotOfOther = 2;

    [LibraryImport(Rbd.Library, EntryPoint = "rbd_mirror_mode_get")]
    public static partial int GetMode(IoHandle io, out int mode);

    [LibraryImport(Rbd.Library, EntryPoint = "rbd_mirror_site_name_get")]
    public static partial int GetSiteName(ClusterHandle cluster, byte* name, ref nuint length);

    [LibraryImport(Rbd.Library, EntryPoint = "rbd_mirror_peer_site_list")]
    public static partial int ListPeers(IoHandle io, MirrorPeerSpec* peers, ref int count);

    [LibraryImport(Rbd.Library, EntryPoint = "rbd_mirror_peer_site_list_cleanup")]
    public static partial void FreePeers(MirrorPeerSpec* peers, int count);

    [LibraryImport(Rbd.Library, EntryPoint = "rbd_mirror_image_global_status_list", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ListImages(IoHandle io, string after, nuint most, nint* ids, MirrorImageSpec* images, ref nuint count);

    [LibraryImport(Rbd.Library, EntryPoint = "rbd_mirror_image_global_status_list_cleanup")]
    public static partial void FreeImages(nint* ids, MirrorImageSpec* images, nuint count);

    [LibraryImport(Rbd.Library, EntryPoint = "rbd_mirror_image_info_list", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ListInfos(IoHandle io, int* mode, string after, nuint most, nint* ids, int* modes, MirrorInfoSpec* infos, ref nuint count);

    [LibraryImport(Rbd.Library, EntryPoint = "rbd_mirror_image_info_list_cleanup")]
    public static partial void FreeInfos(nint* ids, MirrorInfoSpec* infos, nuint count);

    [LibraryImport(Rbd.Library, EntryPoint = "rbd_mirror_image_get_info")]
    public static partial int GetInfo(ImageHandle image, out MirrorInfoSpec info, nuint size);

    [LibraryImport(Rbd.Library, EntryPoint = "rbd_mirror_image_get_info_cleanup")]
    public static partial void FreeInfo(ref MirrorInfoSpec info);

    [LibraryImport(Rbd.Library, EntryPoint = "rbd_mirror_image_enable2")]
    public static partial int Enable(ImageHandle image, int mode);

    [LibraryImport(Rbd.Library, EntryPoint = "rbd_mirror_image_disable")]
    public static partial int Disable(ImageHandle image, [MarshalAs(UnmanagedType.U1)] bool force);

    [LibraryImport(Rbd.Library, EntryPoint = "rbd_mirror_image_promote")]
    public static partial int Promote(ImageHandle image, [MarshalAs(UnmanagedType.U1)] bool force);

    [LibraryImport(Rbd.Library, EntryPoint = "rbd_mirror_image_demote")]
    public static partial int Demote(ImageHandle image);

    [LibraryImport(Rbd.Library, EntryPoint = "rbd_mirror_image_resync")]
    public static partial int Resync(ImageHandle image);

    [LibraryImport(Rbd.Library, EntryPoint = "rbd_mirror_image_create_snapshot")]
    public static partial int CreateSnapshot(ImageHandle image, out ulong id);

    [LibraryImport(Rbd.Library, EntryPoint = "rbd_snap_get_namespace_type")]
    public static partial int GetSnapshotKind(ImageHandle image, ulong snapshot, out int kind);

    [LibraryImport(Rbd.Library, EntryPoint = "rbd_snap_get_mirror_namespace")]
    public static partial int GetSnapshotMirror(ImageHandle image, ulong snapshot, out MirrorSnapshotSpec mirror, nuint size);

    [LibraryImport(Rbd.Library, EntryPoint = "rbd_snap_mirror_namespace_cleanup")]
    public static partial int FreeSnapshotMirror(ref MirrorSnapshotSpec mirror, nuint size);

    [LibraryImport(Rbd.Library, EntryPoint = "rbd_snap_get_timestamp")]
    public static partial int GetSnapshotTime(ImageHandle image, ulong snapshot, out TimeSpec time);
}
