using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend.Calls;

/// <summary>One native call: runs at most once; its value is closed if it comes when nobody waits any more.</summary>
internal sealed class NativeCall<T>(Func<Outcome<T>> make) : ICall
{
    private const int Waiting = 0;
    private const int Running = 1;
    private const int Ended = 2;
    private const int GivenUp = 3;

    private readonly TaskCompletionSource<Outcome<T>> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int state = Waiting;

    /// <summary>The answer. Never ends if the call is given up.</summary>
    public Task<Outcome<T>> Answer => answer.Task;

    /// <summary>Ends when the call is no longer on a thread, given up or not.</summary>
    public Task Over => over.Task;

    private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Nobody waits any more. True if the call is on a thread now.</summary>
    public bool GiveUp()
    {
        var before = Interlocked.CompareExchange(ref state, GivenUp, Waiting);
        if (before == Waiting)
        {
            over.TrySetResult();
            return false;
        }

        return Interlocked.CompareExchange(ref state, GivenUp, Running) == Running;
    }

    /// <inheritdoc/>
    public bool Run()
    {
        if (Interlocked.CompareExchange(ref state, Running, Waiting) != Waiting)
        {
            return false;
        }

        Outcome<T> made;
        try
        {
            made = make();
        }
        catch (Exception bug) when (bug is not OutOfMemoryException)
        {
            made = new Fault(FaultCode.Internal, "a call to Ceph failed", bug.Message, "Report it: this is a bug.", Retry.Never);
        }

        var late = Interlocked.CompareExchange(ref state, Ended, Running) != Running;
        if (!late)
        {
            answer.TrySetResult(made);
        }
        else if (made is { IsOk: true, Value: IDisposable unwanted })
        {
            unwanted.Dispose();
        }

        over.TrySetResult();
        return late;
    }
}
