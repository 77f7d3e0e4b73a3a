using Microsoft.Win32.SafeHandles;

namespace NodeAgent.Linux.Native;

/// <summary>Waiting for one descriptor, by one waiter at a time. Dispose it before the descriptor.</summary>
internal sealed class ReadySignal(Poller poller, long id, SafeFileHandle descriptor, uint events) : IDisposable
{
    private volatile TaskCompletionSource? waiter;
    private bool added;
    private bool disposed;

    public long Id => id;

    public SafeFileHandle Descriptor => descriptor;

    public uint Events => events;

    /// <summary>Ends when the descriptor is ready, or has come to its end or to an error.</summary>
    public Task WaitAsync(CancellationToken cancellation)
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiter = source;
        poller.Control(added ? LibC.PollModify : LibC.PollAdd, this);
        added = true;
        return source.Task.WaitAsync(cancellation);
    }

    public void Set() => _ = waiter?.TrySetResult();

    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        poller.Forget(this);
        if (added)
        {
            poller.Control(LibC.PollRemove, this);
        }
    }
}
