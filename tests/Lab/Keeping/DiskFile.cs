using System.Buffers.Binary;
using System.Text;

namespace NodeAgent.Lab.Keeping;

/// <summary>What a disk of format qcow2 refers to: its header says it.</summary>
public static class DiskFile
{
    private const uint Magic = 0x514649FB;
    private const int Header = 20;
    private const int LongestName = 1023;

    /// <summary>The file below it; null if it has none, is no such disk, or is not there.</summary>
    public static string? BackingOf(string disk)
    {
        try
        {
            using var file = File.OpenRead(disk);
            Span<byte> header = stackalloc byte[Header];
            if (file.ReadAtLeast(header, Header, throwOnEndOfStream: false) < Header || BinaryPrimitives.ReadUInt32BigEndian(header) != Magic)
            {
                return null;
            }

            var (at, length) = (BinaryPrimitives.ReadUInt64BigEndian(header[8..]), BinaryPrimitives.ReadUInt32BigEndian(header[16..]));
            if (at == 0 || length is 0 or > LongestName || at > (ulong)file.Length)
            {
                return null;
            }

            var name = new byte[length];
            file.Position = (long)at;
            return file.ReadAtLeast(name, name.Length, throwOnEndOfStream: false) < name.Length ? null
                : Path.GetFullPath(Encoding.UTF8.GetString(name), Path.GetDirectoryName(Path.GetFullPath(disk))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
