using System.Globalization;
using System.Text.RegularExpressions;

namespace NodeAgent.Linux.Native;

/// <summary>
/// Lets go of the pages of program files that only the start has touched. The mappings stay, and with them the files as
/// they were at the start: what is needed again comes back from the page cache.
/// </summary>
public static partial class StartPages
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
        foreach (var line in File.Exists(Maps) ? File.ReadAllLines(Maps) : [])
        {
            if (Head().Match(line) is { Success: true } head)
            {
                current = Path.GetDirectoryName(head.Groups["path"].Value) == folder ? Begin(head) : null;
                if (current is not null)
                {
                    found.Add(current);
                }
            }
            else if (current is not null && Amount().Match(line) is { Success: true } amount)
            {
                var bytes = 1024 * long.Parse(amount.Groups["kib"].Value, CultureInfo.InvariantCulture);
                _ = amount.Groups["what"].Value == "Rss" ? current.Resident = bytes : current.Own = bytes;
            }
        }

        return found;
    }

    private static Mapping Begin(Match head)
    {
        var (from, to) = (Number(head.Groups["from"].Value), Number(head.Groups["to"].Value));
        return new Mapping(from, (nuint)(to - from), head.Groups["mode"].Value.Contains('w', StringComparison.Ordinal));
    }

    private static nint Number(string text) => nint.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex("^(?<from>[0-9a-f]+)-(?<to>[0-9a-f]+) (?<mode>[rwxps-]{4}) [0-9a-f]+ [0-9a-f:]+ [0-9]+ +(?<path>/.+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Head();

    [GeneratedRegex("^(?<what>Rss|Anonymous): +(?<kib>[0-9]+) kB$", RegexOptions.ExplicitCapture)]
    private static partial Regex Amount();

    private sealed record Mapping(nint Address, nuint Length, bool IsWritable)
    {
        public long Resident { get; set; }

        public long Own { get; set; } = long.MaxValue;

        public bool IsFileOnly => !IsWritable && Own == 0;
    }
}
