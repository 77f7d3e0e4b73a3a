namespace NodeAgent.Plugins.CephBackend.Native;

/// <summary>A connection to a cluster: rados_t.</summary>
internal sealed class ClusterHandle(nint value) : CephHandle(value, null)
{
    protected override void CloseNative(nint value) => Rados.Shutdown(value);
}
