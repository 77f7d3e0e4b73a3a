using System.IO.Compression;
using System.Text.RegularExpressions;

namespace NodeAgent.Plugins.ZfsBackend.Replication;

/// <summary>The token of a receive that broke off: "1-checksum-length-hex", the hex being zlib over a packed nvlist.</summary>
internal static partial class ResumeToken
{
    private const int MostBytes = 64 * 1024;

    /// <summary>True if it has the shape of a token; it becomes an argument.</summary>
    public static bool IsWellFormed(string token) => token.Length <= 16384 && Pattern().IsMatch(token);

    /// <summary>How many bytes of stream had arrived; null if the token does not tell.</summary>
    public static long? Bytes(string token)
    {
        if (!IsWellFormed(token))
        {
            return null;
        }

        try
        {
            using var packed = new MemoryStream(Convert.FromHexString(token.Split('-')[3]));
            using var plain = new ZLibStream(packed, CompressionMode.Decompress);
            var buffer = new byte[MostBytes];
            return Find(buffer.AsSpan(0, plain.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)));
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or IOException)
        {
            return null;
        }
    }

    // A native pair of a little-endian machine: ..., type 8 (64 bits), the name padded to eight bytes, the value.
    private static long? Find(ReadOnlySpan<byte> nvlist)
    {
        var at = nvlist.IndexOf("\u0008\0\0\0bytes\0\0\0"u8);
        if (at < 0 || nvlist.Length < at + 20)
        {
            return null;
        }

        var value = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(nvlist[(at + 12)..]);
        return value <= long.MaxValue ? (long)value : null;
    }

    [GeneratedRegex(@"\A[0-9a-f]{1,4}-[0-9a-f]{1,16}-[0-9a-f]{1,8}-([0-9a-f]{2})+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
