using System.Collections.Frozen;

namespace NodeAgent.Plugins.LinstorBackend.Tool;

/// <summary>
/// The options in what "drbdsetup show" or "drbdadm dump" prints. Sections are left out: every option that matters here has a
/// name that only one section knows. Several values of one option (volumes may differ) are all kept.
/// </summary>
internal sealed record ShownOptions(FrozenDictionary<string, IReadOnlyList<string>> Values)
{
    public IReadOnlyList<string> Of(string name) => Values.GetValueOrDefault(name, []);

    public static ShownOptions Parse(string text)
    {
        var values = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var raw in text.Split('\n'))
        {
            // "ping-int 10s; # default", "protocol	C;", "allow-two-primaries;" and sections that open or close.
            var line = raw.Trim();
            var end = line.LastIndexOf(';');
            if (line.StartsWith('#') || end < 1)
            {
                continue;
            }

            var words = line[..end].Split((char[])[' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var value = words.Length > 1 ? words[1].Trim('"') : "yes";
            values[words[0]] = [.. values.GetValueOrDefault(words[0], []), value];
        }

        return new ShownOptions(values.ToFrozenDictionary(StringComparer.Ordinal));
    }
}
