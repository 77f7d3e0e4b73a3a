using System.Runtime.InteropServices;

namespace NodeAgent.Plugins.CephBackend.Native;

/// <summary>What a site said of an image: rbd_mirror_image_site_status_t.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MirrorSiteSpec
{
    /// <summary>Of the site; empty for this one.</summary>
    public nint MirrorUuid;

    public int State;

    public nint Description;

    /// <summary>Seconds since 1970.</summary>
    public long LastUpdate;

    public byte Up;
}
