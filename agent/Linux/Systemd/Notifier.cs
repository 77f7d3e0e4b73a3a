using System.Globalization;
using System.Net.Sockets;
using System.Text;

using NodeAgent.Contract;
using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Systemd;

/// <summary>Tells systemd how the service is. Without NOTIFY_SOCKET nobody listens, and everything is done.</summary>
public sealed class Notifier : IDisposable
{
    private const int Monotonic = 1;
    private readonly Socket? socket;
    private readonly UnixDomainSocketEndPoint? target;

    /// <summary>One that tells whoever listens at an address.</summary>
    /// <param name="address">The value of NOTIFY_SOCKET: a path, or "@" and the name of an abstract socket.</param>
    public Notifier(string? address)
    {
        if (address is null || address.Length < 2 || address[0] is not ('/' or '@'))
        {
            return;
        }

        target = new UnixDomainSocketEndPoint(address[0] == '@' ? "\0" + address[1..] : address);
        socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    }

    /// <summary>True if systemd listens.</summary>
    public bool IsHeard => socket is not null;

    /// <summary>The one that this process was given. Children do not inherit it: their environment is clean.</summary>
    public static Notifier FromEnvironment() => new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));

    /// <summary>The service is ready, or has reloaded.</summary>
    public Outcome Ready(string status) => Send($"READY=1\nSTATUS={OneLine(status)}");

    /// <summary>The service reads its configuration again; <see cref="Ready"/> follows.</summary>
    public Outcome Reloading() =>
        Send(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={KernelClock.Read(Monotonic) / 1000}"));

    /// <summary>The service is on its way out.</summary>
    public Outcome Stopping() => Send("STOPPING=1");

    /// <summary>One line for systemctl status.</summary>
    public Outcome Status(string status) => Send("STATUS=" + OneLine(status));

    /// <summary>The service is alive. Send it at least every half interval, and only if it is true.</summary>
    public Outcome KeepAlive() => Send("WATCHDOG=1");

    /// <summary>Asks for more time to start, reload or stop.</summary>
    public Outcome ExtendTimeout(TimeSpan span) =>
        Send(string.Create(CultureInfo.InvariantCulture, $"EXTEND_TIMEOUT_USEC={span.Ticks / TimeSpan.TicksPerMicrosecond}"));

    /// <inheritdoc/>
    public void Dispose() => socket?.Dispose();

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private Outcome Send(string state)
    {
        if (socket is null)
        {
            return Outcome.Done;
        }

        try
        {
            _ = socket.SendTo(Encoding.UTF8.GetBytes(state), target!);
            return Outcome.Done;
        }
        catch (SocketException failure)
        {
            return new Fault(
                FaultCode.ControlPlaneUnavailable,
                "cannot notify systemd",
                failure.Message,
                "Check NotifyAccess= and the hardening of the unit.",
                Retry.Later);
        }
    }
}
