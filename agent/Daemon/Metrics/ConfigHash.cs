using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NodeAgent.Daemon.Metrics;

/// <summary>A configuration as one number that a float64 holds exactly.</summary>
internal static class ConfigHash
{
    /// <summary>First 48 bits of the SHA-256 of the canonical bytes.</summary>
    public static double Of(ReadOnlySpan<byte> canonical)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(canonical, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash) >> 16;
    }
}
