using NodeAgent.Daemon.Configuration.Yaml;

namespace NodeAgent.Daemon.Configuration.Schema;

/// <summary>Walks a tree along the schema: unknown keys, wrong types, missing fields, values that make no sense.</summary>
internal sealed class SchemaWalk(ProblemList problems, GroupField schema)
{
    private readonly ConfigValues values = new();

    /// <summary>What was understood; the rest is in the problems.</summary>
    public ConfigValues Walk(YamlMap root)
    {
        Group(root, schema.Fields, string.Empty);
        return values;
    }

    private static bool IsNothing(YamlNode node) => node is YamlText { IsNothing: true };

    private static string Under(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private void Group(YamlMap map, IReadOnlyList<ConfigField> fields, string path)
    {
        foreach (var entry in map.Entries)
        {
            var field = fields.FirstOrDefault(candidate => candidate.Name == entry.Key);
            if (field is null)
            {
                problems.Error(entry.Place, Under(path, entry.Key), "is not a field", UnknownField.Remedy(entry.Key, fields, path));
            }
            else if (!IsNothing(entry.Value))
            {
                values.SetPlace(Under(path, entry.Key), entry.Place);
                Value(entry.Value, field, Under(path, entry.Key));
            }
        }
    }

    private void Value(YamlNode node, ConfigField field, string path)
    {
        switch (field, node)
        {
            case (GroupField group, YamlMap map):
                Group(map, group.Fields, path);
                break;
            case (NamedListField list, YamlList items):
                NamedList(items, list, path);
                break;
            case (ScalarListField list, YamlList items):
                ScalarList(items, list, path);
                break;
            case (GroupListField list, YamlList items):
                GroupList(items, list, path);
                break;
            case (OptionsField, YamlMap map):
                Options(map, path);
                break;
            case (ScalarField scalar, YamlText text):
                Scalar(text, scalar, path);
                break;
            default:
                problems.Error(node.Place, path, $"must be {Expected(field)}, and is {node.Kind}", Remedy(field));
                break;
        }
    }

    private static string Expected(ConfigField field) => field switch
    {
        ScalarField => "a single value",
        NamedListField or ScalarListField or GroupListField => "a list",
        _ => "a group of keys",
    };

    private static string Remedy(ConfigField field) => field switch
    {
        ScalarField scalar => $"Write '{field.Name}: {scalar.Example ?? scalar.Default}'",
        NamedListField list => $"Write '- {list.Key}: ...' on the lines below '{field.Name}:'",
        ScalarListField list => $"Write '{field.Name}: {list.Example}'",
        GroupListField list => $"Write '- {list.Fields[0].Name}: ...' on the lines below '{field.Name}:'",
        _ => $"Write 'key: value' on the lines below '{field.Name}:'",
    };

    private void Scalar(YamlText text, ScalarField field, string path)
    {
        var parsed = field.Kind.Parse(text.Text);
        if (parsed.Value is { } value)
        {
            values.Set(path, new ConfigValue(value, field.Kind.Show(value), text));
        }
        else
        {
            problems.Error(text.Place, path, parsed.Wrong!, parsed.Remedy);
        }
    }

    private void ScalarList(YamlList list, ScalarListField field, string path)
    {
        for (var index = 0; index < list.Items.Count; index++)
        {
            var item = new ScalarField(field.Name, field.Kind, field.Doc) { Example = field.Example };
            if (list.Items[index] is not YamlText { IsNothing: false })
            {
                problems.Error(list.Items[index].Place, $"{path}[{index}]", "must be a single value", Remedy(field));
                continue;
            }

            values.AddItem(path, $"{index}");
            Value(list.Items[index], item, $"{path}[{index}]");
        }
    }

    private void NamedList(YamlList list, NamedListField field, string path)
    {
        HashSet<string> seen = [];
        for (var index = 0; index < list.Items.Count; index++)
        {
            var here = $"{path}[{index}]";
            if (list.Items[index] is not YamlMap map)
            {
                problems.Error(list.Items[index].Place, here, $"must be a group of keys, and is {list.Items[index].Kind}", $"Write '- {field.Key}: ...'");
                continue;
            }

            var key = (map.Find(field.Key)?.Value as YamlText)?.Text;
            if (string.IsNullOrEmpty(key))
            {
                Group(map, field.Fields, here);
                Missing(map, field.Fields, here);
            }
            else if (!seen.Add(key))
            {
                problems.Error(map.Place, $"{path}[{key}]", $"there are two with the {field.Key} '{key}' in one file", "Rename or remove one of them");
            }
            else
            {
                values.AddItem(path, key);
                values.SetPlace($"{path}[{key}]", map.Place);
                Group(map, field.Fields, $"{path}[{key}]");
                Missing(map, field.Fields, $"{path}[{key}]");
            }
        }
    }

    private void GroupList(YamlList list, GroupListField field, string path)
    {
        for (var index = 0; index < list.Items.Count; index++)
        {
            var here = $"{path}[{index}]";
            if (list.Items[index] is not YamlMap map)
            {
                problems.Error(list.Items[index].Place, here, $"must be a group of keys, and is {list.Items[index].Kind}", Remedy(field));
                continue;
            }

            values.AddItem(path, $"{index}");
            values.SetPlace(here, map.Place);
            Group(map, field.Fields, here);
            Missing(map, field.Fields, here);
        }
    }

    private void Missing(YamlMap map, IReadOnlyList<ConfigField> fields, string path)
    {
        foreach (var required in fields.OfType<ScalarField>().Where(candidate => candidate.Required))
        {
            if (map.Find(required.Name) is not { } entry || IsNothing(entry.Value))
            {
                problems.Error(map.Place, Under(path, required.Name), "is missing", $"Add '{required.Name}: {required.Example}' or the like");
            }
        }
    }

    private void Options(YamlMap map, string path)
    {
        foreach (var entry in map.Entries)
        {
            var here = Under(path, entry.Key);
            if (entry.Value is not YamlText text)
            {
                values.SetPlace(here, entry.Place);
                problems.Error(entry.Value.Place, here, $"must be a single value, and is {entry.Value.Kind}", $"Write '{entry.Key}: value'");
            }
            else if (!text.IsNothing)
            {
                values.AddItem(path, entry.Key);
                values.Set(here, new ConfigValue(text.Text, text.Text, text));
            }
        }
    }
}
