using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Calls;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Clusters;

/// <summary>
/// The backend's own connection: made when first needed, by one call for all that wait, and made anew when the cluster
/// shut it out or a call through it hung. One that the monitors do not answer is kept until another could be made: without a quorum
/// none can, and the disks still answer the old one.
/// </summary>
internal sealed class ClusterLink(CallLane lane, CephOptions options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RenewPause = TimeSpan.FromSeconds(15);

    private readonly Lock change = new();
    private Attempt? connecting;
    private bool closed;

    /// <summary>The longest that a look may take.</summary>
    public TimeSpan LookDeadline => options.Patience + TimeSpan.FromSeconds(5);

    /// <summary>Makes a call with the connection.</summary>
    public async Task<Outcome<T>> RunAsync<T>(
        string what, TimeSpan deadline, Func<Connection, Outcome<T>> make, CancellationToken cancellation, Action<Task>? begun = null)
    {
        cancellation.ThrowIfCancellationRequested();
        var began = time.GetTimestamp();
        var connect = Connect();
        Outcome<Connection> connected;
        try
        {
            connected = await connect.Task.WaitAsync(deadline, time, cancellation);
        }
        catch (TimeoutException)
        {
            return new Fault(
                FaultCode.ControlPlaneUnavailable, what, "no connection to the cluster was made in time", "Look at the monitors: ceph -s.", Retry.Later);
        }

        if (!connected.IsOk)
        {
            return connected.Fault with { What = what };
        }

        var left = deadline - time.GetElapsedTime(began);
        var done = await lane.RunAsync(what, left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1), () => make(connected.Value), cancellation, begun);
        if (CephFaults.IsShutOut(done.Fault) || (done.Fault is { Code: FaultCode.TimedOut } late && !late.Facts.ContainsKey(CephFaults.Number)))
        {
            Drop(connect);
        }
        else if (connected.Value.IsDeaf)
        {
            Renew(connect);
        }

        return done;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (change)
        {
            closed = true;
            Close(connecting);
            connecting = null;
        }
    }

    private Attempt Connect()
    {
        lock (change)
        {
            // What just failed is not tried by everyone who comes in the same second.
            if (connecting is null || (connecting.FailedAt is { } failed && time.GetElapsedTime(failed) > Pause))
            {
                connecting = new Attempt();
                connecting.Task = ConnectAsync(connecting);
            }

            return connecting;
        }
    }

    private async Task<Outcome<Connection>> ConnectAsync(Attempt attempt)
    {
        var opened = closed
            ? new Fault(FaultCode.PreconditionFailed, "cannot connect", "the backend is closed", "Open it again.", Retry.Never)
            : await lane.RunAsync("cannot connect", LookDeadline, () => Connection.Open(options, "cannot connect"), CancellationToken.None);
        lock (change)
        {
            attempt.Made = opened.IsOk ? opened.Value : null;
            attempt.FailedAt = opened.IsOk ? null : time.GetTimestamp();
        }

        return opened;
    }

    private void Drop(Attempt bad)
    {
        lock (change)
        {
            if (ReferenceEquals(connecting, bad))
            {
                connecting = null;
                Close(bad);
            }
        }
    }

    private void Renew(Attempt deaf)
    {
        lock (change)
        {
            if (!ReferenceEquals(connecting, deaf) || (deaf.RenewedAt is { } begun && time.GetElapsedTime(begun) < RenewPause))
            {
                return;
            }

            deaf.RenewedAt = time.GetTimestamp();
            var next = new Attempt();
            next.Task = ConnectAsync(next);
            _ = next.Task.ContinueWith(_ => Replace(deaf, next), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private void Replace(Attempt deaf, Attempt next)
    {
        lock (change)
        {
            if (next.Made is not null && ReferenceEquals(connecting, deaf))
            {
                connecting = next;
                Close(deaf);
            }
            else
            {
                Close(next);
            }
        }
    }

    // On a thread of the lane: closing can hang like any other call. The handles outlive calls that still use them.
    private void Close(Attempt? one)
    {
        if (one?.Made is { } connection)
        {
            _ = lane.RunAsync(
                "cannot disconnect", LookDeadline,
                () =>
                {
                    connection.Dispose();
                    return new Outcome<bool>(true);
                },
                CancellationToken.None);
        }
    }
}
