using System.Text;

namespace NodeAgent.Daemon.Configuration.Schema;

/// <summary>Finds the schema's field for a path.</summary>
internal static class SchemaFields
{
    /// <summary>
    /// The field; null if the path leads nowhere. An item of a list leads to the list, an option to the options.
    /// </summary>
    public static ConfigField? Find(string path) => Find(path, ConfigSchema.Root);

    /// <summary>The field of another file.</summary>
    public static ConfigField? Find(string path, GroupField schema)
    {
        ConfigField? found = null;
        var fields = schema.Fields;
        foreach (var name in WithoutItems(path).Split('.'))
        {
            if (found is OptionsField)
            {
                return found;
            }

            found = fields.FirstOrDefault(field => field.Name == name);
            fields = found switch
            {
                GroupField group => group.Fields,
                NamedListField list => list.Fields,
                GroupListField list => list.Fields,
                _ => [],
            };
        }

        return found;
    }

    /// <summary>When a change of that field takes effect; what nobody knows waits for a restart.</summary>
    public static FieldEffect EffectOf(string path) => Find(path) switch
    {
        ScalarField field => field.Effect,
        ScalarListField field => field.Effect,
        OptionsField field => field.Effect,
        _ => FieldEffect.Restart,
    };

    /// <summary>Names of items hold dots, so they go before the path is split.</summary>
    private static string WithoutItems(string path)
    {
        var kept = new StringBuilder();
        var depth = 0;
        foreach (var letter in path)
        {
            depth += letter == '[' ? 1 : 0;
            if (depth == 0)
            {
                kept.Append(letter);
            }

            depth -= letter == ']' ? 1 : 0;
        }

        return kept.ToString();
    }
}
