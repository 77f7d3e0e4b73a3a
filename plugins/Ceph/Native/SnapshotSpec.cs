using System.Runtime.InteropServices;

namespace NodeAgent.Plugins.CephBackend.Native;

/// <summary>A snapshot of an image: rbd_snap_info_t.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SnapshotSpec
{
    public ulong Id;

    public ulong Size;

    public nint Name;
}
