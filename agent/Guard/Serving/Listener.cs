using NodeAgent.Guard.Native;

namespace NodeAgent.Guard.Serving;

/// <summary>The socket that agents connect to.</summary>
internal static unsafe class Listener
{
    private const int Backlog = 16;
    private const uint OwnerOnly = 0x180;

    /// <summary>-1 and a line in the journal if it cannot be made.</summary>
    public static int Open(string path, uint user)
    {
        var listener = LibC.socket(LibC.Unix, LibC.SequencedSocket | LibC.CloseOnExec | LibC.NonBlocking, 0);
        var address = UnixAddress.Of(path);
        fixed (byte* start = address)
        fixed (byte* name = CString.Of(path))
        {
            // One that is left over belongs to nobody: systemd starts no second guard.
            _ = LibC.unlink(name);
            if (LibC.bind(listener, start, (uint)address.Length) < 0 || LibC.chmod(name, OwnerOnly) < 0
                || LibC.chown(name, user, uint.MaxValue) < 0 || LibC.listen(listener, Backlog) < 0)
            {
                StartLog.Fail($"cannot listen on {path}: {Errno.Text}");
                _ = LibC.close(listener);
                return -1;
            }
        }

        return listener;
    }

    public static void Remove(string path)
    {
        fixed (byte* name = CString.Of(path))
        {
            _ = LibC.unlink(name);
        }
    }
}
