using NodeAgent.Guard.Native;

namespace NodeAgent.Guard.Serving;

/// <summary>Tells systemd, and gives it descriptors to keep. Does not wait and does not allocate.</summary>
internal sealed unsafe class SystemdNotice
{
    private const int RightsLevel = 1;
    private const int Rights = 1;
    private readonly int socket = -1;

    /// <summary>Connects once, for good.</summary>
    /// <param name="address">The value of NOTIFY_SOCKET; null if nobody listens.</param>
    public SystemdNotice(string? address)
    {
        if (address is null || address.Length < 2 || address[0] is not ('/' or '@'))
        {
            return;
        }

        var target = UnixAddress.Of(address);
        socket = LibC.socket(LibC.Unix, LibC.DatagramSocket | LibC.CloseOnExec | LibC.NonBlocking, 0);
        fixed (byte* start = target)
        {
            if (LibC.connect(socket, start, (uint)target.Length) < 0)
            {
                StartLog.Warn($"systemd cannot be told: {Errno.Text}");
            }
        }
    }

    public void Tell(ReadOnlySpan<byte> text) => Send(text, -1);

    /// <summary>Has systemd keep a descriptor for the next guard.</summary>
    public void Keep(int descriptor, ReadOnlySpan<byte> name)
    {
        var line = new LineBuffer(stackalloc byte[64]);
        line.Add("FDSTORE=1\nFDPOLL=0\nFDNAME="u8);
        line.Add(name);
        Send(line.Text, descriptor);
    }

    public void Drop(ReadOnlySpan<byte> name)
    {
        var line = new LineBuffer(stackalloc byte[64]);
        line.Add("FDSTOREREMOVE=1\nFDNAME="u8);
        line.Add(name);
        Send(line.Text, -1);
    }

    private void Send(ReadOnlySpan<byte> text, int descriptor)
    {
        if (socket < 0)
        {
            return;
        }

        fixed (byte* start = text)
        {
            // struct msghdr: name, its length, iovec, its count, control, its length, flags.
            var vector = stackalloc nint[2] { (nint)start, text.Length };
            var control = stackalloc nint[3] { 20, RightsLevel | ((nint)Rights << 32), descriptor };
            var message = stackalloc nint[7] { 0, 0, (nint)vector, 1, descriptor < 0 ? 0 : (nint)control, descriptor < 0 ? 0 : 24, 0 };
            _ = LibC.sendmsg(socket, message, LibC.DontWait | LibC.NoSignal);
        }
    }
}
