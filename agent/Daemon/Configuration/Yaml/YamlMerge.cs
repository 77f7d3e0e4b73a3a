using NodeAgent.Daemon.Configuration.Schema;

namespace NodeAgent.Daemon.Configuration.Yaml;

/// <summary>
/// Lays a later file over earlier ones: groups merge by key, lists of named things by name, anything else is replaced.
/// </summary>
internal static class YamlMerge
{
    /// <summary>The merged group; places of replaced single values are kept.</summary>
    public static YamlMap Groups(YamlMap under, YamlMap over, IReadOnlyList<ConfigField>? fields)
    {
        List<YamlEntry> merged = [];
        foreach (var entry in under.Entries)
        {
            merged.Add(over.Find(entry.Key) is { } later ? Entries(entry, later, Field(fields, entry.Key)) : entry);
        }

        merged.AddRange(over.Entries.Where(entry => under.Find(entry.Key) is null));
        return under with { Entries = merged };
    }

    private static ConfigField? Field(IReadOnlyList<ConfigField>? fields, string key) =>
        fields?.FirstOrDefault(field => field.Name == key);

    private static YamlEntry Entries(YamlEntry under, YamlEntry over, ConfigField? field) => (under.Value, over.Value) switch
    {
        (_, YamlText { IsNothing: true }) => under,
        (YamlMap low, YamlMap high) => under with { Value = Groups(low, high, (field as GroupField)?.Fields) },
        (YamlList low, YamlList high) when field is NamedListField named => under with { Value = NamedLists(low, high, named) },
        (YamlText low, YamlText high) when !low.IsNothing => over with
        {
            Value = high with { Replaced = [.. low.Replaced, low.Place] },
        },
        _ => over,
    };

    private static YamlList NamedLists(YamlList under, YamlList over, NamedListField field)
    {
        List<YamlNode> merged = [.. under.Items];
        HashSet<int> taken = [];
        foreach (var item in over.Items)
        {
            var key = KeyOf(item, field);
            var at = key is null ? -1 : merged.FindIndex(candidate => KeyOf(candidate, field) == key);

            // A name that one file has twice stays there twice: the check of the whole tells it.
            if (at < 0 || at >= under.Items.Count || !taken.Add(at))
            {
                merged.Add(item);
            }
            else
            {
                merged[at] = Items((YamlMap)merged[at], (YamlMap)item, field);
            }
        }

        return under with { Items = merged };
    }

    /// <summary>Naming an item again does not replace its name.</summary>
    private static YamlMap Items(YamlMap under, YamlMap over, NamedListField field)
    {
        var others = over with { Entries = [.. over.Entries.Where(entry => entry.Key != field.Key)] };
        return Groups(under, others, field.Fields);
    }

    private static string? KeyOf(YamlNode item, NamedListField field) =>
        ((item as YamlMap)?.Find(field.Key)?.Value as YamlText)?.Text;
}
