using System.Buffers.Binary;

namespace NodeAgent.Plugins.DirectoryBackend.Streams;

/// <summary>One frame: kind (1 byte), length (4), payload, CRC-32C of all before it (4); little-endian.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Payload">Its payload.</param>
internal readonly record struct Frame(FrameKind Kind, ReadOnlyMemory<byte> Payload)
{
    public const int HeadSize = 5;
    public const int CheckSize = 4;

    /// <summary>The most bytes of content in a frame.</summary>
    public const int MostContent = 1024 * 1024;

    public const int MostPayload = MostContent + 8;

    /// <summary>Where the frame's bytes or zeros go.</summary>
    public long Offset => BinaryPrimitives.ReadInt64LittleEndian(Payload.Span);

    /// <summary>How many zeros.</summary>
    public long ZeroLength => BinaryPrimitives.ReadInt64LittleEndian(Payload.Span[8..]);

    /// <summary>The bytes of content.</summary>
    public ReadOnlyMemory<byte> Content => Payload[8..];
}
