using System.Diagnostics.CodeAnalysis;

using Microsoft.Win32.SafeHandles;

using NodeAgent.Contract;

namespace NodeAgent.Linux.Bus;

/// <summary>
/// Holds back a shutdown until this node has demoted, for as long as logind allows (InhibitDelayMaxSec, 5 s unless
/// set). <see cref="ShutdownBegan"/> ends when one begins; then demote and <see cref="Dispose"/>. After <see cref="Lost"/>
/// neither holds any more: take another.
/// </summary>
public sealed class ShutdownDelay : IDisposable
{
    private const string Destination = "org.freedesktop.login1";
    private const string Path = "/org/freedesktop/login1";
    private const string Manager = "org.freedesktop.login1.Manager";

    private readonly TaskCompletionSource began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly BusConnection connection;
    private IDisposable? listening;
    private SafeFileHandle? inhibitor;

    private ShutdownDelay(BusConnection connection) => this.connection = connection;

    /// <summary>Ends when a shutdown or reboot was asked for.</summary>
    public Task ShutdownBegan => began.Task;

    /// <summary>Ends, with the reason, when the bus is gone: a shutdown would not be heard of.</summary>
    public Task<Fault> Lost => connection.Lost;

    /// <summary>Takes the inhibitor and begins to listen.</summary>
    /// <param name="bus">The system's bus.</param>
    /// <param name="why">What operators see in systemd-inhibit --list.</param>
    /// <param name="deadline">For logind's answer.</param>
    /// <param name="cancellation">Gives up.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "Handed out, or disposed on a fault.")]
    public static async Task<Outcome<ShutdownDelay>> TakeAsync(
        SystemBus bus, string why, TimeSpan deadline, CancellationToken cancellation)
    {
        var delay = new ShutdownDelay(bus.Connection());
        delay.listening = delay.connection.Listen(
            $"type='signal',sender='{Destination}',path='{Path}',interface='{Manager}',member='PrepareForShutdown'", delay.Hear);
        var call = new BusCall(
            Destination, Path, Manager, "Inhibit", writer => writer.Text("shutdown").Text("nodeagent").Text(why).Text("delay"));
        var taken = await bus.CallAsync(delay.connection, call, static reader => reader.FileDescriptor(), deadline, cancellation);
        if (taken.IsOk && taken.Value is { } descriptor)
        {
            delay.inhibitor = descriptor;
            return delay;
        }

        delay.Dispose();
        return taken.Fault ?? BusFaults.Garbled(call.What);
    }

    /// <summary>Lets the shutdown go on.</summary>
    public void Dispose()
    {
        listening?.Dispose();
        inhibitor?.Dispose();
    }

    private void Hear(BusReader reader)
    {
        // False comes when a shutdown was given up; one that had begun stays told.
        if (reader.Boolean() && !reader.IsGarbled)
        {
            _ = began.TrySetResult();
        }
    }
}
