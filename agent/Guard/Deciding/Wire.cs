using System.Buffers.Binary;

namespace NodeAgent.Guard.Deciding;

/// <summary>
/// The messages as bytes, little endian. Request: magic, version (2), kind (2), deadline (8), epoch (8), boot id (16); one
/// that condemns may end with its reason. Answer: magic, version (2), verdict, phase, attested timeout in ms, flags, deadline,
/// epoch, last fed, most late, counts of refused messages and failed feeds, bytes allocated, pretimeout in ms, longest lease in
/// s, driver (32).
/// </summary>
internal static class Wire
{
    public const uint Magic = 0x3147414E;
    public const ushort Version = 1;
    public const int RequestSize = 40;
    public const int LongestReason = 120;
    public const int AnswerSize = 112;
    public const int BootIdOffset = 24;
    public const int BootIdSize = 16;
    private const long Second = 1_000_000_000;

    /// <summary>False if the bytes are no message of this version.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> bootId, ulong connection, uint userId, out GuardMessage message)
    {
        message = default;
        if (bytes.Length is < RequestSize or > RequestSize + LongestReason
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic
            || BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]) != Version)
        {
            return false;
        }

        var kind = (MessageKind)BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]);
        var deadline = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        var epoch = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]);
        if (kind is < MessageKind.Query or > MessageKind.Attest || deadline < 0 || epoch < 0
            || (bytes.Length > RequestSize && kind != MessageKind.Condemn))
        {
            return false;
        }

        var sameBoot = bytes.Slice(BootIdOffset, BootIdSize).SequenceEqual(bootId);
        message = new(kind, connection, userId, sameBoot, deadline, epoch);
        return true;
    }

    public static void Write(Span<byte> bytes, Verdict verdict, in GuardState state, GuardSight sight)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], Version);
        bytes[6] = (byte)verdict;
        bytes[7] = (byte)state.Phase;
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], sight.TimeoutMilliseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], sight.Flags);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], state.Deadline);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], state.Epoch);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[32..], sight.LastFed);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[40..], sight.MostLate);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[48..], sight.Refused);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[56..], sight.FailedFeeds);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[64..], sight.Allocated);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[72..], sight.PretimeoutMilliseconds);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[76..], (int)(state.LongestLease / Second));
        sight.Identity.CopyTo(bytes[80..]);
    }
}
