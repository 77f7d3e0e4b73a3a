using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Streams;

/// <summary>
/// An image as a stream. Every read and write is a call on the lane into memory of its own: one that comes back late
/// writes into nothing that is used again.
/// </summary>
internal abstract class ImageStream(UnitGate gate, long length) : Stream
{
    private const int Most = 4 << 20;

    private long position;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override long Length => length;

    /// <inheritdoc/>
    public override long Position
    {
        get => position;
        set => position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    protected UnitGate Gate => gate;

    protected abstract ImageHandle Image { get; }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = (int)Math.Min(Math.Min(buffer.Length, Most), Math.Max(0, length - position));
        if (count == 0)
        {
            return 0;
        }

        var at = (ulong)position;
        var memory = GC.AllocateUninitializedArray<byte>(count, pinned: true);
        var read = await CallAsync(() => ReadNative(memory, at), cancellationToken);
        memory.AsSpan(0, read).CopyTo(buffer.Span);
        position += read;
        return read;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) =>
#pragma warning disable VSTHRD002 // The lane has threads of its own; it never waits for this one.
        ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();
#pragma warning restore VSTHRD002

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => position + offset,
        _ => length + offset,
    };

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException("An image is grown by IVolumes.ExpandAsync.");

    /// <summary>Makes a call; a fault is an <see cref="IOException"/>, as of any stream.</summary>
    protected async Task<int> CallAsync(Func<long> call, CancellationToken cancellation)
    {
        const string What = "cannot read or write an image";
        var deadline = gate.Options.Patience + TimeSpan.FromSeconds(5);
        var done = await gate.Lane.RunAsync<long>(
            What, deadline,
            () =>
            {
                var code = call();
                return code >= 0 ? code : Explain(code, What);
            },
            cancellation);
        return done.IsOk ? (int)done.Value : throw new IOException(done.Fault.ToString());
    }

    protected virtual Fault Explain(long code, string what) => CephFaults.From(code, what);

    private unsafe long ReadNative(byte[] memory, ulong at)
    {
        fixed (byte* first = memory)
        {
            return Rbd.Read(Image, at, (nuint)memory.Length, first);
        }
    }
}
