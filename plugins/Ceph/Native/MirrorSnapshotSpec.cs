using System.Runtime.InteropServices;

namespace NodeAgent.Plugins.CephBackend.Native;

/// <summary>A mirror's snapshot: rbd_snap_mirror_namespace_t.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MirrorSnapshotSpec
{
    public int State;

    public nuint PeerCount;

    public nint Peers;

    public byte Complete;

    public nint PrimaryMirrorUuid;

    public ulong PrimarySnapshot;

    public ulong LastCopiedObject;
}
