using NodeAgent.Contract;

namespace NodeAgent.Linux.Bus;

/// <summary>
/// The system's message bus. It is connected to when it is first needed, and again after it was lost. Every call has a
/// deadline by the clock that was passed in; a call whose caller gave up ends by itself.
/// </summary>
public sealed class SystemBus : IDisposable
{
    /// <summary>Where the system bus listens.</summary>
    public const string SystemAddress = "unix:path=/run/dbus/system_bus_socket";

    // sd-bus forgets a call that nobody waits for any more, at the latest, after this.
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromSeconds(5);

    private readonly string address;
    private readonly Lock gate = new();
    private BusConnection? connection;
    private bool isDisposed;

    /// <summary>Nothing is connected to yet.</summary>
    /// <param name="time">The clock that deadlines are counted by.</param>
    /// <param name="address">A D-Bus address; tests have others.</param>
    public SystemBus(TimeProvider time, string address = SystemAddress)
    {
        Time = time;
        this.address = address;
    }

    internal TimeProvider Time { get; }

    /// <summary>Ends the connection; open calls get a fault.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            connection?.Dispose();
        }
    }

    /// <summary>The connection as it is now, or a new one.</summary>
    internal BusConnection Connection()
    {
        lock (gate)
        {
            if (connection is null || (connection.Lost.IsCompleted && !isDisposed))
            {
                connection = BusConnection.Open(address);
                if (isDisposed)
                {
                    connection.Dispose();
                }
            }

            return connection;
        }
    }

    /// <summary>Calls a method on the connection as it is now.</summary>
    internal Task<Outcome<T>> CallAsync<T>(BusCall call, Func<BusReader, T> read, TimeSpan deadline, CancellationToken cancellation) =>
        CallAsync(Connection(), call, read, deadline, cancellation);

    /// <summary>Calls a method on one connection, such as the one that signals are listened to on.</summary>
    internal async Task<Outcome<T>> CallAsync<T>(
        BusConnection on, BusCall call, Func<BusReader, T> read, TimeSpan deadline, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var answer = on.CallAsync(call, read, deadline + ForgetAfter);
        return await new Countdown(Time, deadline).AwaitAsync(answer, cancellation)
            ? await answer
            : BusFaults.TimedOut(call.What, deadline);
    }
}
