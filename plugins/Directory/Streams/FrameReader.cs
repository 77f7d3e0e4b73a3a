using System.Buffers.Binary;
using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend.Units;

namespace NodeAgent.Plugins.DirectoryBackend.Streams;

/// <summary>Reads a stream and believes nothing: every length is bounded, every frame checked before it is used.</summary>
internal sealed class FrameReader(Stream input, string what)
{
    private readonly byte[] frame = new byte[Frame.HeadSize + Frame.MostPayload + Frame.CheckSize];
    private long position;

    /// <summary>Bytes read so far.</summary>
    public long Read { get; private set; }

    /// <summary>The stream's header, its first frame.</summary>
    public async Task<Outcome<StreamHeader>> HeaderAsync(CancellationToken cancellation)
    {
        var magic = await FillAsync(0, 8, cancellation);
        if (!magic.IsOk)
        {
            return magic.Fault;
        }

        if (!frame.AsSpan(0, 8).SequenceEqual("NADIRv1\n"u8))
        {
            return Wrong($"it is not a stream of format {StreamHeader.Format}");
        }

        var next = await NextAsync(cancellation);
        if (!next.IsOk)
        {
            return next.Fault;
        }

        if (next.Value.Kind != FrameKind.Header)
        {
            return Wrong("it does not begin with a header");
        }

        try
        {
            var header = JsonSerializer.Deserialize(next.Value.Payload.Span, UnitJson.Default.StreamHeader);
            if (header is null)
            {
                return Wrong("its header is empty");
            }

            if (header.Check() is { } wrong)
            {
                return Wrong(wrong);
            }

            position = header.Position;
            return header;
        }
        catch (JsonException)
        {
            return Wrong("its header cannot be read");
        }
    }

    /// <summary>The next frame within a volume of this size: bytes, zeros or the trailer.</summary>
    public async Task<Outcome<Frame>> ContentAsync(long bytes, CancellationToken cancellation)
    {
        var next = await NextAsync(cancellation);
        if (!next.IsOk)
        {
            return next;
        }

        var got = next.Value;
        long length;
        switch (got.Kind)
        {
            case FrameKind.Trailer when got.Payload.Length == 32:
                return got;
            case FrameKind.Bytes when got.Payload.Length > 8:
                length = got.Content.Length;
                break;
            case FrameKind.Zeros when got.Payload.Length == 16:
                length = got.ZeroLength;
                break;
            default:
                return Wrong($"frame {(int)got.Kind} with {got.Payload.Length} bytes has no meaning here");
        }

        if (got.Offset < position || length <= 0 || got.Offset > bytes || length > bytes - got.Offset)
        {
            return Wrong($"a frame at {got.Offset} with {length} bytes is out of order or out of the volume");
        }

        position = got.Offset + length;
        return got;
    }

    private async Task<Outcome<Frame>> NextAsync(CancellationToken cancellation)
    {
        var head = await FillAsync(0, Frame.HeadSize, cancellation);
        if (!head.IsOk)
        {
            return head.Fault;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(1));
        if (length is < 0 or > Frame.MostPayload)
        {
            return Wrong($"a frame claims {length} bytes");
        }

        var end = Frame.HeadSize + length;
        var rest = await FillAsync(Frame.HeadSize, length + Frame.CheckSize, cancellation);
        if (!rest.IsOk)
        {
            return rest.Fault;
        }

        return Crc32C.Of(frame.AsSpan(0, end)) == BinaryPrimitives.ReadUInt32LittleEndian(frame.AsSpan(end))
            ? new Frame((FrameKind)frame[0], frame.AsMemory(Frame.HeadSize, length))
            : Wrong("a frame's checksum is wrong");
    }

    private async Task<Outcome> FillAsync(int offset, int length, CancellationToken cancellation)
    {
        try
        {
            await input.ReadExactlyAsync(frame.AsMemory(offset, length), cancellation);
            Read += length;
            return Outcome.Done;
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException)
        {
            // EndOfStreamException is an IOException: the stream ended before its trailer.
            return new Fault(
                FaultCode.PeerUnavailable, what, "the stream broke off",
                "It is tried again and goes on where it stopped.", Retry.Later) { Native = broken.Message };
        }
    }

    private Fault Wrong(string why) => new(
        FaultCode.Corruption, what, $"the stream is damaged: {why}",
        "Nothing of the damaged part was kept. If it happens again, check the memory and network of both nodes.",
        Retry.Later);
}
