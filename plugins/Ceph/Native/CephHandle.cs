using System.Runtime.InteropServices;

namespace NodeAgent.Plugins.CephBackend.Native;

/// <summary>
/// Something of Ceph's that must be closed, after everything that was opened through it. Closing can block on a dead
/// cluster, so it is never left to the finalizer: what nobody closed is leaked.
/// </summary>
internal abstract class CephHandle : SafeHandle
{
    private readonly CephHandle? parent;

    protected CephHandle(nint value, CephHandle? parent)
        : base(0, ownsHandle: true)
    {
        SetHandle(value);
        this.parent = parent;
        if (parent is not null)
        {
            var added = false;
            parent.DangerousAddRef(ref added);
        }
    }

    /// <inheritdoc/>
    public sealed override bool IsInvalid => handle == 0;

    protected abstract void CloseNative(nint value);

    /// <inheritdoc/>
    protected sealed override bool ReleaseHandle()
    {
        CloseNative(handle);
        parent?.DangerousRelease();
        return true;
    }

    /// <inheritdoc/>
    protected sealed override void Dispose(bool disposing)
    {
        if (disposing)
        {
            base.Dispose(disposing);
        }
        else
        {
            SetHandleAsInvalid();
        }
    }
}
