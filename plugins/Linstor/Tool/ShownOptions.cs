using System.Collections.Frozen;
using System.Text.Json;

namespace NodeAgent.Plugins.LinstorBackend.Tool;

/// <summary>
/// The options in what "drbdsetup show" or "drbdadm dump" prints. Sections are left out, but for addresses: every option that matters here has a
/// name that only one section knows. Several values of one option (volumes may differ) are all kept.
/// </summary>
internal sealed record ShownOptions(FrozenDictionary<string, IReadOnlyList<string>> Values)
{
    public IReadOnlyList<string> Of(string name) => Values.GetValueOrDefault(name, []);

    public static ShownOptions Parse(string text)
    {
        var values = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var section = "";
        foreach (var raw in text.Split('\n'))
        {
            // "ping-int 10s; # default", "protocol	C;", "allow-two-primaries;" and sections that open or close.
            var line = raw.Trim();
            var end = line.LastIndexOf(';');
            section = line.EndsWith('{') ? line[..^1].Trim() : section;
            if (line.StartsWith('#') || end < 1)
            {
                continue;
            }

            var words = line[..end].Split((char[])[' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var value = words.Length > 1 ? words[1].Trim('"') : "yes";
            values[words[0]] = [.. values.GetValueOrDefault(words[0], []), value];
            if (words[0] == "address")
            {
                // Whose it is, too: "_this_host address".
                values[$"{section} address"] = [.. values.GetValueOrDefault($"{section} address", []), value];
            }
        }

        return new ShownOptions(values.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>The same of "drbdsetup show --json" (9.x): every value by its name, at whatever depth. Null: it is no JSON.</summary>
    public static ShownOptions? ParseJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var values = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
            Gather(document.RootElement, "", values);
            return new ShownOptions(values.ToFrozenDictionary(StringComparer.Ordinal));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static void Gather(JsonElement element, string name, Dictionary<string, IReadOnlyList<string>> values)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var field in element.EnumerateObject())
                {
                    Gather(field.Value, field.Name, values);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Gather(item, name, values);
                }

                break;
            default:
                var value = element.ValueKind switch { JsonValueKind.True => "yes", JsonValueKind.False => "no", JsonValueKind.String => element.GetString()!, _ => element.GetRawText() };
                values[name] = [.. values.GetValueOrDefault(name, []), value];
                break;
        }
    }
}
