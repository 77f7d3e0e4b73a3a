using System.Runtime.InteropServices;

namespace NodeAgent.Plugins.CephBackend.Native;

/// <summary>A client that has an image open: rbd_image_watcher_t.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WatcherSpec
{
    public nint Address;

    public long Id;

    public ulong Cookie;
}
