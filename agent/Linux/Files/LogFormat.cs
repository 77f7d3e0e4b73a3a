using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace NodeAgent.Linux.Files;

/// <summary>
/// How a log looks on disk. A header: magic and a random salt. Then batches: magic, length, CRC-32C, payload; the payload
/// is records, each length and bytes; all numbers little-endian. A batch is written and flushed as one, so that only the
/// last can be unfinished. The checksum covers salt and offset, so that a copy of a log inside a record is not
/// mistaken for batches of this one.
/// </summary>
internal static class LogFormat
{
    public const int HeaderBytes = 16;
    public const int FrameBytes = 12;
    public const int MaxPayload = 64 * 1024 * 1024;
    private const ulong FileMagic = 0x31474F4C_41444F4E;
    private const uint BatchMagic = 0xA7B10C5E;

    public static byte[] NewHeader()
    {
        var header = new byte[HeaderBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(header, FileMagic);
        RandomNumberGenerator.Fill(header.AsSpan(8));
        return header;
    }

    /// <summary>The salt; null if this is not a log.</summary>
    public static ulong? Salt(ReadOnlySpan<byte> file) =>
        file.Length >= HeaderBytes && BinaryPrimitives.ReadUInt64LittleEndian(file) == FileMagic
            ? BinaryPrimitives.ReadUInt64LittleEndian(file[8..])
            : null;

    /// <summary>One batch as it is written at an offset.</summary>
    public static byte[] Batch(ulong salt, long offset, IReadOnlyList<ReadOnlyMemory<byte>> records)
    {
        var payload = records.Sum(record => 4L + record.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload, MaxPayload, nameof(records));
        var batch = new byte[FrameBytes + payload];
        var rest = batch.AsSpan(FrameBytes);
        foreach (var record in records)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, record.Length);
            record.Span.CopyTo(rest[4..]);
            rest = rest[(4 + record.Length)..];
        }

        BinaryPrimitives.WriteUInt32LittleEndian(batch, BatchMagic);
        BinaryPrimitives.WriteInt32LittleEndian(batch.AsSpan(4), (int)payload);
        BinaryPrimitives.WriteUInt32LittleEndian(batch.AsSpan(8), Checksum(salt, offset, batch.AsSpan(FrameBytes)));
        return batch;
    }

    /// <summary>The length of the payload of a sound batch at an offset; null if there is none.</summary>
    public static int? SoundPayload(ReadOnlySpan<byte> file, ulong salt, long offset)
    {
        if (ClaimedPayload(file, offset) is not { } length || length > file.Length - offset - FrameBytes)
        {
            return null;
        }

        var frame = file[(int)offset..];
        return BinaryPrimitives.ReadUInt32LittleEndian(frame[8..]) == Checksum(salt, offset, frame.Slice(FrameBytes, length))
            ? length
            : null;
    }

    /// <summary>The length that a frame at an offset claims; null if it is no frame.</summary>
    public static int? ClaimedPayload(ReadOnlySpan<byte> file, long offset)
    {
        if (file.Length - offset < FrameBytes)
        {
            return null;
        }

        var frame = file[(int)offset..];
        var length = BinaryPrimitives.ReadInt32LittleEndian(frame[4..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(frame) == BatchMagic && length is >= 0 and <= MaxPayload
            ? length
            : null;
    }

    /// <summary>The records of a sound payload; false if it does not add up, which a checksum makes a bug of the writer.</summary>
    public static bool TryRecords(ReadOnlyMemory<byte> payload, List<ReadOnlyMemory<byte>> records)
    {
        while (payload.Length >= 4)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(payload.Span);
            if (length < 0 || length > payload.Length - 4)
            {
                return false;
            }

            records.Add(payload.Slice(4, length));
            payload = payload[(4 + length)..];
        }

        return payload.IsEmpty;
    }

    private static uint Checksum(ulong salt, long offset, ReadOnlySpan<byte> payload)
    {
        var crc = BitOperations.Crc32C(uint.MaxValue, salt);
        crc = BitOperations.Crc32C(crc, (ulong)offset);
        crc = BitOperations.Crc32C(crc, (uint)payload.Length);
        while (payload.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(payload));
            payload = payload[8..];
        }

        foreach (var value in payload)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
