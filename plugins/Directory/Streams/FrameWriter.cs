using System.Buffers.Binary;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.DirectoryBackend.Streams;

/// <summary>Writes a stream. What goes wrong with the output is the peer's, not the disk's.</summary>
internal sealed class FrameWriter(Stream output, string what)
{
    private readonly byte[] frame = new byte[Frame.HeadSize + Frame.MostPayload + Frame.CheckSize];

    /// <summary>Bytes written so far.</summary>
    public long Written { get; private set; }

    /// <summary>Where the content of the next frame of bytes is to be put.</summary>
    public Memory<byte> Content => frame.AsMemory(Frame.HeadSize + 8, Frame.MostContent);

    public Task<Outcome> BeginAsync(CancellationToken cancellation) =>
        WriteAsync("NADIRv1\n"u8.ToArray(), cancellation);

    /// <summary>A frame of the bytes that are in <see cref="Content"/>.</summary>
    public Task<Outcome> BytesAsync(long offset, int length, CancellationToken cancellation)
    {
        BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(Frame.HeadSize), offset);
        return SealAsync(FrameKind.Bytes, 8 + length, cancellation);
    }

    public Task<Outcome> ZerosAsync(long offset, long length, CancellationToken cancellation)
    {
        BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(Frame.HeadSize), offset);
        BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(Frame.HeadSize + 8), length);
        return SealAsync(FrameKind.Zeros, 16, cancellation);
    }

    /// <summary>A frame with a payload of its own: header or trailer.</summary>
    public Task<Outcome> PayloadAsync(FrameKind kind, ReadOnlySpan<byte> payload, CancellationToken cancellation)
    {
        payload.CopyTo(frame.AsSpan(Frame.HeadSize));
        return SealAsync(kind, payload.Length, cancellation);
    }

    private Task<Outcome> SealAsync(FrameKind kind, int length, CancellationToken cancellation)
    {
        frame[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(1), length);
        var end = Frame.HeadSize + length;
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(end), Crc32C.Of(frame.AsSpan(0, end)));
        return WriteAsync(frame.AsMemory(0, end + Frame.CheckSize), cancellation);
    }

    private async Task<Outcome> WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await output.WriteAsync(bytes, cancellation);
            Written += bytes.Length;
            return Outcome.Done;
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException)
        {
            return new Fault(
                FaultCode.PeerUnavailable, what, "the connection to the copy broke",
                "It is tried again and goes on where it stopped.", Retry.Later) { Native = broken.Message };
        }
    }
}
