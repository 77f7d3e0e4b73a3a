using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Native;
using NodeAgent.Plugins.CephBackend.Roles;
using NodeAgent.Plugins.CephBackend.Snapshots;

namespace NodeAgent.Plugins.CephBackend.Streams;

/// <summary>A volume on its writer. While it is open the unit is in use; once the unit is let go nothing is written.</summary>
internal sealed class WriterStream : ImageStream
{
    private const int MostAtOnce = 4 << 20;

    private readonly HeldUnit held;
    private readonly ImageHandle image;
    private int closed;

    public WriterStream(UnitGate gate, HeldUnit held, ImageHandle image, long length)
        : base(gate, length)
    {
        this.held = held;
        this.image = image;
        held.AddUser();
    }

    /// <inheritdoc/>
    public override bool CanWrite => true;

    protected override ImageHandle Image => image;

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            var memory = GC.AllocateUninitializedArray<byte>(Math.Min(buffer.Length, MostAtOnce), pinned: true);
            buffer.Span[..memory.Length].CopyTo(memory);
            var at = (ulong)Position;
            var written = await CallAsync(() => held.Write(() => WriteNative(memory, at)), cancellationToken);
            Position += written;
            buffer = buffer[written..];
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) =>
#pragma warning disable VSTHRD002 // The lane has threads of its own; it never waits for this one.
        WriteAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();
#pragma warning restore VSTHRD002

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => CallAsync(() => Rbd.Flush(image), cancellationToken);

    /// <inheritdoc/>
#pragma warning disable VSTHRD002 // The lane has threads of its own; it never waits for this one.
    public override void Flush() => FlushAsync(CancellationToken.None).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref closed, 1) == 0)
        {
            held.RemoveUser();
        }

        base.Dispose(disposing);
    }

    protected override Fault Explain(long code, string what) =>
        (code == -Errno.Cancelled ? Rollbacks.Unfinished(held.RollingBack, what) : null) ?? base.Explain(code, what);

    private unsafe long WriteNative(byte[] memory, ulong at)
    {
        if (!held.IsOpen)
        {
            return -Errno.Shutdown;
        }

        // It may have been opened just before a rollback that did not end.
        if (held.RollingBack is not null)
        {
            return -Errno.Cancelled;
        }

        fixed (byte* first = memory)
        {
            return Rbd.Write(image, at, (nuint)memory.Length, first);
        }
    }
}
