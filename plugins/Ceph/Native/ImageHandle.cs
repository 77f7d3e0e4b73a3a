namespace NodeAgent.Plugins.CephBackend.Native;

/// <summary>An open image: rbd_image_t.</summary>
internal sealed class ImageHandle(nint value, IoHandle io) : CephHandle(value, io)
{
    protected override void CloseNative(nint value) => _ = Rbd.Close(value);
}
