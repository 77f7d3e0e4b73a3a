namespace NodeAgent.Daemon.Configuration.Schema;

/// <summary>The fixed defaults of the schema, by path. Items of lists have none.</summary>
internal static class SchemaDefaults
{
    private static readonly Dictionary<string, (ScalarField Field, object Value)> Defaults =
        Of(ConfigSchema.Root.Fields, string.Empty).ToDictionary(pair => pair.Path, pair => (pair.Field, pair.Value));

    /// <summary>Paths and values, each written in the one way.</summary>
    public static IEnumerable<(string Path, string Text)> All =>
        Defaults.Select(pair => (pair.Key, pair.Value.Field.Kind.Show(pair.Value.Value)));

    /// <summary>The default of a field that has one.</summary>
    public static object Of(string path) => Defaults[path].Value;

    private static IEnumerable<(string Path, ScalarField Field, object Value)> Of(IReadOnlyList<ConfigField> fields, string path)
    {
        foreach (var field in fields)
        {
            var here = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            if (field is ScalarField { Default: { } text } scalar)
            {
                yield return (here, scalar, scalar.Kind.Parse(text).Value
                    ?? throw new InvalidOperationException($"The default of {here} keeps no rule of its own."));
            }
            else if (field is GroupField group)
            {
                foreach (var inner in Of(group.Fields, here))
                {
                    yield return inner;
                }
            }
        }
    }
}
