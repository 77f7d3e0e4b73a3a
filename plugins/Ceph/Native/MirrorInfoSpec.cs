using System.Runtime.InteropServices;

namespace NodeAgent.Plugins.CephBackend.Native;

/// <summary>An image's mirroring: rbd_mirror_image_info_t.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MirrorInfoSpec
{
    public nint GlobalId;

    public int State;

    public byte Primary;
}
