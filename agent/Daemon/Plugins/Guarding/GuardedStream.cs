using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Guarding;

/// <summary>
/// A stream of a plugin in the host's hands. The plugin reads into a buffer of its own, so that a read which was left
/// behind cannot scribble over memory that the host has put to other use.
/// </summary>
internal sealed class GuardedStream(Stream inner, long length, CallSupervisor calls, GuardedCall call) : Stream
{
    private const int LargestRead = 1024 * 1024;

    private byte[] buffer = [];
    private Fault? broken;
    private bool isDisposed;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> target, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (broken is not null)
        {
            throw new IOException(broken.ToString());
        }

        var want = (int)Math.Min(Math.Min(target.Length, LargestRead), Math.Max(0, length - Position));
        if (want == 0)
        {
            return 0;
        }

        if (buffer.Length < want)
        {
            buffer = new byte[want];
        }

        var (own, at) = (buffer, Position);
        var clock = new CallClock(calls.Deadline(call.Kind));
        var invocation = await calls.Code.InvokeAsync(
            async stop =>
            {
                inner.Position = at;
                return await inner.ReadAsync(own.AsMemory(0, want), stop);
            },
            clock,
            cancellationToken);
        if (invocation.End != InvocationEnd.Answered)
        {
            var fault = calls.Failure(call, invocation, TimeSpan.Zero);
            broken = invocation.End == InvocationEnd.Cancelled ? null : fault;
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException(fault.ToString());
        }

        own.AsSpan(0, invocation.Value).CopyTo(target.Span);
        Position += invocation.Value;
        return invocation.Value;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("The volume of a plugin is read asynchronously, for it may hang.");

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        SeekOrigin.End => length + offset,
        _ => throw new ArgumentOutOfRangeException(nameof(origin)),
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _ = CloseAsync();
        }

        base.Dispose(disposing);
    }

    private async Task CloseAsync()
    {
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        var closing = await calls.Code.InvokeAsync(
            async _ =>
            {
                await inner.DisposeAsync();
                return true;
            },
            new CallClock(calls.Deadline(call.Kind)),
            CancellationToken.None);
        calls.Slot.Leave();
        if (closing.End != InvocationEnd.Answered)
        {
            calls.Failure(call, closing, TimeSpan.Zero);
        }
    }
}
