using System.Globalization;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend.Calls;

/// <summary>
/// Where native calls are made: on threads of its own, each with a deadline. A call that does not come back is left on
/// its thread and counted; another thread takes its place, until too many are left behind: then no more are begun.
/// </summary>
internal sealed class CallLane(TimeProvider time, int width = 8, int mostLeftBehind = 16) : IDisposable
{
    private static readonly TimeSpan IdleThread = TimeSpan.FromSeconds(20);

    private readonly Queue<ICall> waiting = [];
    private readonly Lock idle = new();
#pragma warning disable CA2213 // Never disposed: threads that come back late still ask it whether there is work.
    private readonly SemaphoreSlim work = new(0);
#pragma warning restore CA2213
    private int threads;
    private int resting;
    private int leftBehind;
    private bool closed;

    /// <summary>Calls that were given up and have not come back.</summary>
    public int LeftBehind => Volatile.Read(ref leftBehind);

    /// <summary>
    /// Makes a call. Not begun in time or too many left behind: <see cref="FaultCode.Busy"/>. Begun and not ended:
    /// <see cref="FaultCode.TimedOut"/>, and it may still happen.
    /// </summary>
    /// <param name="what">What it is for: "cannot list volumes".</param>
    /// <param name="deadline">How long it may take, waiting for a thread included.</param>
    /// <param name="make">The call.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <param name="begun">Told of the call, for who must know when it really is over.</param>
    public async Task<Outcome<T>> RunAsync<T>(
        string what, TimeSpan deadline, Func<Outcome<T>> make, CancellationToken cancellation, Action<Task>? begun = null)
    {
        cancellation.ThrowIfCancellationRequested();
        if (LeftBehind >= mostLeftBehind)
        {
            return Quarantined(what);
        }

        var call = new NativeCall<T>(make);
        begun?.Invoke(call.Over);
        if (!Enqueue(call))
        {
            call.GiveUp();
            return new Fault(FaultCode.PreconditionFailed, what, "the backend is closed", "Open it again.", Retry.Never);
        }

        try
        {
            return await call.Answer.WaitAsync(deadline, time, cancellation);
        }
        catch (TimeoutException)
        {
            return GiveUp(call) ? TimedOut(what, deadline) : NoThread(what, deadline);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            GiveUp(call);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (idle)
        {
            if (closed)
            {
                return;
            }

            closed = true;
            work.Release(threads + 1);
        }
    }

    private bool Enqueue(ICall call)
    {
        lock (idle)
        {
            if (closed)
            {
                return false;
            }

            waiting.Enqueue(call);
            if (resting < waiting.Count && threads - LeftBehind < width)
            {
                threads++;
                new Thread(Serve) { IsBackground = true, Name = "ceph-call" }.Start();
            }
        }

        work.Release();
        return true;
    }

    private void Serve()
    {
        while (Next() is { } call)
        {
            if (call.Run())
            {
                Interlocked.Decrement(ref leftBehind);
            }
        }
    }

    private ICall? Next()
    {
        lock (idle)
        {
            resting++;
        }

        var called = work.Wait(IdleThread);
        lock (idle)
        {
            resting--;
            if (waiting.TryDequeue(out var call))
            {
                return call;
            }

            // A signal without a call is the end, or a call that another thread took together with its own.
            if (called && !closed)
            {
                return Nothing.Instance;
            }

            threads--;
            return null;
        }
    }

    private bool GiveUp<T>(NativeCall<T> call)
    {
        // Counted before, so that its end cannot come first.
        Interlocked.Increment(ref leftBehind);
        if (call.GiveUp())
        {
            return true;
        }

        Interlocked.Decrement(ref leftBehind);
        return false;
    }

    private Fault Quarantined(string what) => new(
        FaultCode.Busy, what,
        string.Create(CultureInfo.InvariantCulture, $"{LeftBehind} earlier calls to Ceph have not come back; no more are begun until they do"),
        "Look at the cluster: ceph -s. If it is well, restart the agent.", Retry.Later);

    private static Fault TimedOut(string what, TimeSpan deadline) => new(
        FaultCode.TimedOut, what,
        string.Create(CultureInfo.InvariantCulture, $"the call to Ceph did not come back within {deadline.TotalSeconds:0.#} s"),
        "Look at monitors and OSDs: ceph -s.", Retry.AfterLook);

    private static Fault NoThread(string what, TimeSpan deadline) => new(
        FaultCode.Busy, what,
        string.Create(CultureInfo.InvariantCulture, $"it was not begun within {deadline.TotalSeconds:0.#} s: other calls to Ceph take long"),
        "Try again later.", Retry.Later);
}
