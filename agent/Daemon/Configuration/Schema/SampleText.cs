using System.Text;

namespace NodeAgent.Daemon.Configuration.Schema;

/// <summary>
/// Writes the commented sample that the package installs. Every field is there and commented out, so that defaults
/// can improve with the package and a fresh install does nothing.
/// </summary>
internal static class SampleText
{
    private const int Width = 96;

    private const string Head =
        """
        # NodeAgent's configuration. All of it is optional: what is commented out shows the default or an example.
        # Check a change before it counts:  nodeagent config check && systemctl reload nodeagent
        # Parts may live in /etc/nodeagent/conf.d/*.yaml; later files win. All fields: man nodeagent.yaml
        """;

    public static string Write()
    {
        var text = new StringBuilder(Head).Append('\n');
        foreach (var field in ConfigSchema.Root.Fields)
        {
            text.Append('\n');
            Field(text, field, string.Empty);
        }

        return text.ToString();
    }

    private static void Field(StringBuilder text, ConfigField field, string indent)
    {
        Comment(text, field.Doc, indent);
        switch (field)
        {
            case GroupField group:
                Line(text, $"{indent}{field.Name}:");
                Inner(text, group.Fields, indent + "  ");
                break;
            case NamedListField list:
                Line(text, $"{indent}{field.Name}:");
                Item(text, list, indent + "  ");
                break;
            case ScalarListField list:
                Line(text, $"{indent}{field.Name}: {list.Example}");
                break;
            case OptionsField options:
                Line(text, $"{indent}{field.Name}: {options.Example}");
                break;
            case ScalarField scalar:
                Line(text, $"{indent}{field.Name}: {scalar.Default ?? scalar.Example}");
                break;
            default:
                throw new InvalidOperationException($"No sample for {field.Name}.");
        }
    }

    private static void Inner(StringBuilder text, IReadOnlyList<ConfigField> fields, string indent)
    {
        foreach (var field in fields)
        {
            Field(text, field, indent);
        }
    }

    private static void Item(StringBuilder text, NamedListField list, string indent)
    {
        var key = list.Fields.OfType<ScalarField>().Single(field => field.Name == list.Key);
        Comment(text, key.Doc, indent);
        Line(text, $"{indent}- {key.Name}: {key.Example}");
        Inner(text, [.. list.Fields.Where(field => field != key)], indent + "  ");
    }

    /// <summary>Two marks: taking one away from every line of a group leaves comments comments.</summary>
    private static void Comment(StringBuilder text, string doc, string indent)
    {
        var line = new StringBuilder($"#{indent}#");
        foreach (var word in doc.Split(' '))
        {
            if (line.Length + word.Length >= Width)
            {
                text.Append(line).Append('\n');
                line.Clear().Append($"#{indent}#");
            }

            line.Append(' ').Append(word);
        }

        text.Append(line).Append('\n');
    }

    private static void Line(StringBuilder text, string line) => text.Append('#').Append(line).Append('\n');
}
