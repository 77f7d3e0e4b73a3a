using System.Text;
using NodeAgent.Daemon.Rehearsals;

namespace NodeAgent.Daemon.Configuration.Schema;

/// <summary>Writes the part of nodeagent.yaml(5) that lists the fields, in roff.</summary>
internal static class ReferenceText
{
    public const string Begin = ".\\\" BEGIN REFERENCE (made from ConfigSchema; UPDATE_DOCS=1 rewrites it)";
    public const string End = ".\\\" END REFERENCE";

    /// <summary>The manual page with its reference renewed.</summary>
    public static string Renew(string page) => Renew(page, ConfigSchema.Root, EffectOf);

    /// <summary>The manual page of a file that is read once, with its reference renewed.</summary>
    public static string RenewRehearsal(string page) => Renew(page, RehearsalSchema.Root, _ => string.Empty);

    private static string Renew(string page, GroupField schema, Func<FieldEffect, string> effectOf)
    {
        var from = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var to = page.IndexOf(End, StringComparison.Ordinal);
        return string.Concat(page.AsSpan(0, from), "\n", Write(schema, effectOf), page.AsSpan(to));
    }

    private static string Write(GroupField schema, Func<FieldEffect, string> effectOf)
    {
        var text = new StringBuilder();
        Fields(text, schema.Fields, string.Empty, effectOf);
        return text.ToString();
    }

    private static void Fields(StringBuilder text, IReadOnlyList<ConfigField> fields, string path, Func<FieldEffect, string> effectOf)
    {
        foreach (var field in fields)
        {
            var here = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            Entry(text, field, here, effectOf);
            Fields(text, Inner(field), field is NamedListField or GroupListField ? $"{here}[]" : here, effectOf);
        }
    }

    private static IReadOnlyList<ConfigField> Inner(ConfigField field) => field switch
    {
        GroupField group => group.Fields,
        NamedListField list => list.Fields,
        GroupListField list => list.Fields,
        _ => [],
    };

    private static void Entry(StringBuilder text, ConfigField field, string path, Func<FieldEffect, string> effectOf)
    {
        text.Append(".TP\n.B ").Append(Roff(path)).Append('\n').Append(Roff(field.Doc)).Append('\n');
        var facts = Facts(field, effectOf);
        if (facts.Length > 0)
        {
            text.Append(".br\n").Append(Roff(facts)).Append('\n');
        }
    }

    private static string Facts(ConfigField field, Func<FieldEffect, string> effectOf) => field switch
    {
        ScalarField scalar => $"Type: {scalar.Kind.Rule}. {DefaultOf(scalar)}{effectOf(scalar.Effect)}",
        ScalarListField list => $"Type: list of names. Default: {list.DefaultInWords}.{effectOf(list.Effect)}",
        NamedListField list => $"Type: list; files merge it by {list.Key}. Default: none.",
        GroupListField => "Type: list, in this order. Default: none.",
        OptionsField options => $"Type: keys with single values. Default: none.{effectOf(options.Effect)}",
        _ => string.Empty,
    };

    private static string DefaultOf(ScalarField field) =>
        field.Required ? "Required." : $"Default: {field.Default ?? field.DefaultInWords}.";

    private static string EffectOf(FieldEffect effect) =>
        effect == FieldEffect.Reload ? " A reload applies it." : " A restart applies it.";

    /// <summary>A leading dot or quote would be a request; a plain dash would become a hyphen.</summary>
    private static string Roff(string text)
    {
        var escaped = text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
        return escaped.StartsWith('.') || escaped.StartsWith('\'') ? $"\\&{escaped}" : escaped;
    }
}
