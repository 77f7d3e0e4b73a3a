using System.Text;

namespace NodeAgent.Guard.Native;

/// <summary>The address of a Unix socket: its family, then a path, or '@' and the name of an abstract one.</summary>
internal static class UnixAddress
{
    public const int LongestPath = 107;

    public static byte[] Of(string path)
    {
        var bytes = new byte[2 + Encoding.UTF8.GetByteCount(path) + (path[0] == '@' ? 0 : 1)];
        bytes[0] = LibC.Unix;
        _ = Encoding.UTF8.GetBytes(path, bytes.AsSpan(2));
        if (path[0] == '@')
        {
            bytes[2] = 0;
        }

        return bytes;
    }
}
