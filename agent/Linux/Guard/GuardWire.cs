using System.Buffers.Binary;
using System.Text;

using NodeAgent.Contract;

namespace NodeAgent.Linux.Guard;

/// <summary>The guard's messages as bytes. The guard references nothing, so this is written a second time; a test compares.</summary>
internal static class GuardWire
{
    public const int AnswerSize = 112;
    public const int LongestReason = 120;
    private const uint Magic = 0x3147414E;
    private const ushort Version = 1;
    private const int RequestSize = 40;
    private const uint NoWayOut = 1;
    private const uint Software = 2;
    private const uint Multiplexed = 4;
    private const uint StandIn = 8;
    private const uint RealTime = 32;
    private const uint Locked = 64;
    private const uint ResetBefore = 128;

    public static byte[] Write(GuardKind kind, long deadline, long epoch, Guid bootId, string reason = "")
    {
        var words = Encoding.ASCII.GetBytes(reason.Length > LongestReason ? reason[..LongestReason] : reason);
        var bytes = new byte[RequestSize + words.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), Version);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(6), (ushort)kind);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), deadline);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), epoch);
        _ = bootId.TryWriteBytes(bytes.AsSpan(24));
        words.CopyTo(bytes, RequestSize);
        return bytes;
    }

    /// <summary>Null if the bytes are no answer of this version.</summary>
    public static GuardAnswer? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != AnswerSize
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic
            || BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]) != Version)
        {
            return null;
        }

        var status = new GuardStatus((GuardPhase)bytes[7], At(bytes, 16), Number(bytes, 24), ReadWatchdog(bytes))
        {
            LastFed = At(bytes, 32),
            MostLate = TimeSpan.FromTicks(Number(bytes, 40) / TimeSpan.NanosecondsPerTick),
            Refused = Number(bytes, 48),
            FailedFeeds = Number(bytes, 56),
            Allocated = Number(bytes, 64),
            LongestLease = TimeSpan.FromSeconds(BinaryPrimitives.ReadInt32LittleEndian(bytes[76..])),
        };
        return new((GuardVerdict)bytes[6], status);
    }

    private static WatchdogAttestation ReadWatchdog(ReadOnlySpan<byte> bytes)
    {
        var flags = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        var timeout = TimeSpan.FromMilliseconds(BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]));
        return new(Kind(flags, timeout), Encoding.ASCII.GetString(bytes.Slice(80, 32)).TrimEnd('\0'), timeout)
        {
            Pretimeout = TimeSpan.FromMilliseconds(BinaryPrimitives.ReadInt32LittleEndian(bytes[72..])),
            CannotBeStopped = (flags & NoWayOut) != 0,
            EndedLastBoot = (flags & ResetBefore) != 0,
            IsRealTime = (flags & RealTime) != 0,
            IsLocked = (flags & Locked) != 0,
        };
    }

    // What is less worth counts: a multiplexer in front of a soft device is soft.
    private static WatchdogKind Kind(uint flags, TimeSpan timeout) => flags switch
    {
        _ when timeout <= TimeSpan.Zero => WatchdogKind.None,
        _ when (flags & StandIn) != 0 => WatchdogKind.StandIn,
        _ when (flags & Software) != 0 => WatchdogKind.Soft,
        _ when (flags & Multiplexed) != 0 => WatchdogKind.Multiplexed,
        _ => WatchdogKind.Hardware,
    };

    private static Instant At(ReadOnlySpan<byte> bytes, int offset) => new(Number(bytes, offset));

    private static long Number(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadInt64LittleEndian(bytes[offset..]);
}
