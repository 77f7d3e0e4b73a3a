using System.Runtime.InteropServices;

namespace NodeAgent.Plugins.CephBackend.Native;

/// <summary>An image of a pool: rbd_image_spec_t.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ImageSpec
{
    public nint Id;

    public nint Name;
}
