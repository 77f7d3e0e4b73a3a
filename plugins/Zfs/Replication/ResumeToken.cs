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
    public static long? Bytes(string token) => Plain(token) is { } nvlist ? FindBytes(nvlist) : null;

    /// <summary>The name of the snapshot that is being received; null if the token does not tell.</summary>
    public static string? Target(string token) => Plain(token) is { } nvlist ? FindTarget(nvlist) : null;

    private static byte[]? Plain(string token)
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
            return buffer[..plain.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or IOException)
        {
            return null;
        }
    }

    // A native pair of a little-endian machine: ..., type 8 (64 bits), the name padded to eight bytes, the value.
    private static long? FindBytes(ReadOnlySpan<byte> nvlist)
    {
        var at = nvlist.IndexOf("\u0008\0\0\0bytes\0\0\0"u8);
        if (at < 0 || nvlist.Length < at + 20)
        {
            return null;
        }

        var value = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(nvlist[(at + 12)..]);
        return value <= long.MaxValue ? (long)value : null;
    }

    // Type 9 is a string, ended by a zero: POOL/DATASET@SNAPSHOT.
    private static string? FindTarget(ReadOnlySpan<byte> nvlist)
    {
        var at = nvlist.IndexOf("\t\0\0\0toname\0\0"u8);
        if (at < 0)
        {
            return null;
        }

        var value = nvlist[(at + 12)..];
        var end = value.IndexOf((byte)0);
        var name = end < 0 ? "" : System.Text.Encoding.UTF8.GetString(value[..end]);
        return name.IndexOf('@', StringComparison.Ordinal) is > 0 and var sign && sign < name.Length - 1 ? name[(sign + 1)..] : null;
    }

    [GeneratedRegex(@"\A[0-9a-f]{1,4}-[0-9a-f]{1,16}-[0-9a-f]{1,8}-([0-9a-f]{2})+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
