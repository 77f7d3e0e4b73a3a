using System.Runtime.InteropServices;

namespace NodeAgent.Plugins.CephBackend.Native;

/// <summary>Another site: rbd_mirror_peer_site_t.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MirrorPeerSpec
{
    public nint Uuid;

    public int Direction;

    public nint SiteName;

    public nint MirrorUuid;

    public nint ClientName;

    /// <summary>Seconds since 1970; 0 if never.</summary>
    public long LastSeen;
}
