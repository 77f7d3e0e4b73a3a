using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend.Files;
using NodeAgent.Plugins.DirectoryBackend.Units;

namespace NodeAgent.Plugins.DirectoryBackend.Streams;

/// <summary>Writes one stream.</summary>
internal sealed class StreamSending(
    StreamSource source, Stream output, IProgress<OperationProgress>? progress, string what, CancellationToken cancellation)
{
    private readonly FrameWriter writer = new(output, what);

    public async Task<Outcome<long>> RunAsync()
    {
        using var file = SparseFile.OpenForReading(source.File);
        var begun = await writer.BeginAsync(cancellation);
        if (begun.IsOk)
        {
            begun = await writer.PayloadAsync(
                FrameKind.Header, JsonSerializer.SerializeToUtf8Bytes(source.Header, UnitJson.Default.StreamHeader), cancellation);
        }

        if (!begun.IsOk)
        {
            return begun.Fault;
        }

        foreach (var extent in source.Extents)
        {
            var sent = extent.IsZero
                ? await writer.ZerosAsync(extent.Offset, extent.Length, cancellation)
                : await SendBytesAsync(file, extent);
            if (!sent.IsOk)
            {
                return sent.Fault;
            }

            progress?.Report(new OperationProgress("sending", extent.Offset + extent.Length, source.Header.Bytes, CanCancel: true));
        }

        var ended = await writer.PayloadAsync(FrameKind.Trailer, source.To.Digest, cancellation);
        return ended.IsOk ? writer.Written : ended.Fault;
    }

    private async Task<Outcome> SendBytesAsync(SafeFileHandle file, Extent extent)
    {
        for (long done = 0; done < extent.Length;)
        {
            cancellation.ThrowIfCancellationRequested();
            var length = (int)Math.Min(Frame.MostContent, extent.Length - done);
            var offset = extent.Offset + done;
            var content = writer.Content[..length];
            if (await RandomAccess.ReadAsync(file, content, offset, cancellation) != length || !IsAsMapped(content.Span, offset))
            {
                return new Fault(
                    FaultCode.Corruption, what, $"the snapshot's bytes at {offset} are not what they were",
                    "Check the device and its file system; make a new snapshot.", Retry.AfterFix);
            }

            var sent = await writer.BytesAsync(offset, length, cancellation);
            if (!sent.IsOk)
            {
                return sent;
            }

            done += length;
        }

        return Outcome.Done;
    }

    // A rotten block must not travel: what the map was made of is compared before it is sent.
    private bool IsAsMapped(ReadOnlySpan<byte> content, long offset)
    {
        if (offset % BlockMap.BlockSize != 0)
        {
            // A resumed stream may begin within a block; the trailer's digest covers it.
            return true;
        }

        for (var at = 0; at < content.Length; at += BlockMap.BlockSize)
        {
            var block = content[at..Math.Min(at + BlockMap.BlockSize, content.Length)];
            if (block.Length < BlockMap.BlockSize)
            {
                var padded = new byte[BlockMap.BlockSize];
                block.CopyTo(padded);
                if (!source.To.Matches((offset + at) / BlockMap.BlockSize, padded))
                {
                    return false;
                }
            }
            else if (!source.To.Matches((offset + at) / BlockMap.BlockSize, block))
            {
                return false;
            }
        }

        return true;
    }
}
