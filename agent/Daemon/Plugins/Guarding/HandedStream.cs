namespace NodeAgent.Daemon.Plugins.Guarding;

/// <summary>
/// A stream of the host in a plugin's hands. Bytes are signs of life; waiting for the host's end is not held against
/// the plugin; and once the call is over a plugin that was left behind can no longer touch the stream.
/// </summary>
internal sealed class HandedStream(Stream inner, HostEnd host) : Stream
{
    private volatile bool isRevoked;

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Takes the stream out of the plugin's hands.</summary>
    public void Revoke() => isRevoked = true;

    public override int Read(byte[] buffer, int offset, int count) =>
        Pass(() => inner.Read(buffer, offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Pass(() =>
    {
        inner.Write(buffer, offset, count);
        return count;
    });

    public override void Flush() => Pass(() =>
    {
        inner.Flush();
        return 0;
    });

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        await PassAsync(async () => await inner.ReadAsync(buffer, cancellationToken));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        await PassAsync(async () =>
        {
            await inner.WriteAsync(buffer, cancellationToken);
            return 0;
        });

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => PassAsync(async () =>
    {
        await inner.FlushAsync(cancellationToken);
        return 0;
    });

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private T Pass<T>(Func<T> step)
    {
        Enter();
        try
        {
            return step();
        }
        catch (Exception failure) when (Note(failure))
        {
            throw;
        }
        finally
        {
            host.Clock.LeaveHost();
        }
    }

    private async Task<T> PassAsync<T>(Func<Task<T>> step)
    {
        Enter();
        try
        {
            return await step();
        }
        catch (Exception failure) when (Note(failure))
        {
            throw;
        }
        finally
        {
            host.Clock.LeaveHost();
        }
    }

    private void Enter()
    {
        ObjectDisposedException.ThrowIf(isRevoked, this);
        host.Clock.EnterHost();
    }

    private bool Note(Exception failure)
    {
        if (failure is not OperationCanceledException)
        {
            host.Failed(failure);
        }

        return false;
    }
}
