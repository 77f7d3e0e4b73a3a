using System.Text;

using NodeAgent.Guard.Deciding;
using NodeAgent.Guard.Native;

namespace NodeAgent.Guard.Devices;

/// <summary>
/// Proxmox's watchdog-mux, which owns the device there. A client that said nothing for more than 60 s, or went without
/// goodbye, ends the feeding of the device.
/// </summary>
internal sealed unsafe class MultiplexerDevice(string path, string behind) : WatchdogDevice
{
    private const int Fixed = 60;
    // It counts whole seconds of the wall clock and looks once a second.
    private const int Granularity = 2;
    private const int UsualDevice = 10;

    // Only where it is known what it feeds.
    private bool isBehindKnown;

    public override bool IsHardware => isBehindKnown && path == DeviceChoice.Multiplexer && (Flags & GuardSight.Software) == 0;

    /// <summary>The timeout is its own: what is asked for changes nothing.</summary>
    public override bool Attest(int seconds)
    {
        var identity = SystemWatchdog.Identity(behind);
        var device = Math.Max(UsualDevice, SystemWatchdog.Timeout(behind));
        isBehindKnown = identity.Length > 0;
        Identity = Encoding.ASCII.GetBytes(identity.Length == 0 ? "watchdog-mux" : $"watchdog-mux: {identity}");
        Flags = GuardSight.Multiplexed | (identity.StartsWith("Software Watchdog", StringComparison.Ordinal) ? GuardSight.Software : 0);
        TimeoutMilliseconds = FileSight.Of(path) == FileKind.Socket ? (Fixed + Granularity + device) * 1000 : 0;
        return TimeoutMilliseconds > 0;
    }

    public override bool TryStart()
    {
        if (Descriptor < 0)
        {
            var address = UnixAddress.Of(path);
            var socket = LibC.socket(LibC.Unix, LibC.StreamSocket | LibC.CloseOnExec | LibC.NonBlocking, 0);
            fixed (byte* start = address)
            {
                if (LibC.connect(socket, start, (uint)address.Length) < 0)
                {
                    _ = LibC.close(socket);
                    return false;
                }
            }

            Descriptor = socket;
        }

        Runs = true;
        return Feed();
    }

    public override bool Feed()
    {
        byte nothing = 0;
        return LibC.send(Descriptor, &nothing, 1, LibC.NoSignal | LibC.DontWait) == 1;
    }

    public override void Stop()
    {
        if (Descriptor < 0)
        {
            return;
        }

        var letter = (byte)'V';
        if (LibC.send(Descriptor, &letter, 1, LibC.NoSignal) == 1)
        {
            _ = LibC.close(Descriptor);
            Descriptor = -1;
            Runs = false;
        }
    }

    public override void Release() => Stop();

    public override bool TakeOver(int descriptor, bool runs, int timeoutMilliseconds)
    {
        _ = Attest(0);
        Descriptor = descriptor;
        Runs = runs;
        return TimeoutMilliseconds == timeoutMilliseconds;
    }
}
