namespace NodeAgent.Plugins.CephBackend.Native;

/// <summary>A door to one pool: rados_ioctx_t.</summary>
internal sealed class IoHandle(nint value, ClusterHandle cluster) : CephHandle(value, cluster)
{
    protected override void CloseNative(nint value) => Rados.DestroyIo(value);
}
