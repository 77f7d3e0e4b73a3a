using NodeAgent.Contract;

namespace NodeAgent.Linux.Files;

/// <summary>What is found in a log when it is opened.</summary>
internal sealed record LogScan(ulong Salt, IReadOnlyList<ReadOnlyMemory<byte>> Records, long SoundBytes, TornTail? Torn)
{
    /// <summary>Reads a log. What is broken at its end is torn; what is broken and followed by sound batches is a fault.</summary>
    public static Outcome<LogScan> Of(string path, ReadOnlyMemory<byte> file)
    {
        var bytes = file.Span;
        if (LogFormat.Salt(bytes) is not { } salt)
        {
            return Broken(path, 0, "it does not begin as a log does");
        }

        var records = new List<ReadOnlyMemory<byte>>();
        var offset = (long)LogFormat.HeaderBytes;
        while (LogFormat.SoundPayload(bytes, salt, offset) is { } length)
        {
            if (!LogFormat.TryRecords(file.Slice((int)offset + LogFormat.FrameBytes, length), records))
            {
                return Broken(path, offset, "the records of a batch do not add up");
            }

            offset += LogFormat.FrameBytes + length;
        }

        if (offset == bytes.Length)
        {
            return new LogScan(salt, records, offset, Torn: null);
        }

        for (var later = offset + 1; later <= bytes.Length - LogFormat.FrameBytes; later++)
        {
            if (LogFormat.SoundPayload(bytes, salt, later) is not null)
            {
                return Broken(path, offset, $"a batch is damaged and sound ones follow at offset {later}");
            }
        }

        var isFull = LogFormat.ClaimedPayload(bytes, offset) is { } claimed
            && offset + LogFormat.FrameBytes + claimed == bytes.Length;
        return new LogScan(salt, records, offset, new TornTail(offset, bytes.Length - offset, isFull));
    }

    private static Fault Broken(string path, long offset, string why) => new(
        FaultCode.Corruption,
        $"cannot open the log {path}",
        $"{why} (offset {offset})",
        "Keep the file for analysis, check the disk under it, and restore it from a peer.",
        Retry.AfterFix)
    {
        Facts = new Dictionary<string, string> { ["path"] = path, ["offset"] = $"{offset}" },
    };
}
