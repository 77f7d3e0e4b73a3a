using System.Runtime.InteropServices;

namespace NodeAgent.Plugins.CephBackend.Native;

/// <summary>What all sites said of an image: rbd_mirror_image_global_status_t.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MirrorImageSpec
{
    public nint Name;

    public MirrorInfoSpec Info;

    public uint SiteCount;

    public nint Sites;
}
