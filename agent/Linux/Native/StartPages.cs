using System.Globalization;

namespace NodeAgent.Linux.Native;

/// <summary>
/// Lets go of the pages of program files that only the start has touched. The mappings stay, and with them the files as
/// they were at the start: what is needed again comes back from the page cache.
/// </summary>
public static class StartPages
{
    private const string Maps = "/proc/self/smaps";

    /// <summary>Looks at each mapping of a file that lies in the folder itself, not in one below.</summary>
    /// <param name="folder">Where the program's own files are: nothing of it is ever unloaded.</param>
    /// <returns>Bytes that were resident and are not any more; 0 if the kernel shows no mappings.</returns>
    public static long LetGo(string folder)
    {
        var freed = 0L;
        foreach (var mapping in Read(Path.TrimEndingDirectorySeparator(folder)))
        {
            // Advice about pages that hold anything but the file would throw that away.
            if (mapping.IsFileOnly && LibC.madvise(mapping.Address, mapping.Length, LibC.DontNeed) == 0)
            {
                freed += mapping.Resident;
            }
        }

        return freed;
    }

    private static List<Mapping> Read(string folder)
    {
        var found = new List<Mapping>();
        Mapping? current = null;
        foreach (var line in File.Exists(Maps) ? File.ReadLines(Maps) : [])
        {
            // A mapping's own line begins with its address, all that is said about it with a capital letter.
            if (line.Length > 0 && char.IsAsciiHexDigitLower(line[0]))
            {
                current = IsIn(line, folder) ? Begin(line) : null;
                if (current is not null)
                {
                    found.Add(current);
                }
            }
            else if (current is not null && line.StartsWith("Rss:", StringComparison.Ordinal))
            {
                current.Resident = Bytes(line);
            }
            else if (current is not null && line.StartsWith("Anonymous:", StringComparison.Ordinal))
            {
                current.Own = Bytes(line);
            }
        }

        return found;
    }

    // FROM-TO MODE OFFSET DEVICE INODE PATH
    private static bool IsIn(string line, string folder)
    {
        var at = line.IndexOf('/', StringComparison.Ordinal);
        return at > 0 && Path.GetDirectoryName(line.AsSpan(at)).SequenceEqual(folder);
    }

    private static Mapping Begin(string line)
    {
        var (dash, space) = (line.IndexOf('-', StringComparison.Ordinal), line.IndexOf(' ', StringComparison.Ordinal));
        var from = nint.Parse(line.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var to = nint.Parse(line.AsSpan(dash + 1, space - dash - 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return new Mapping(from, (nuint)(to - from), line[space + 2] == 'w');
    }

    private static long Bytes(string line)
    {
        var amount = line.AsSpan(line.IndexOf(':', StringComparison.Ordinal) + 1).Trim();
        return 1024 * long.Parse(amount[..amount.IndexOf(' ')], CultureInfo.InvariantCulture);
    }

    private sealed record Mapping(nint Address, nuint Length, bool IsWritable)
    {
        public long Resident { get; set; }

        public long Own { get; set; } = long.MaxValue;

        public bool IsFileOnly => !IsWritable && Own == 0;
    }
}
