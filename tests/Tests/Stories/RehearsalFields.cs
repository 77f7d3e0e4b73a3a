using NodeAgent.Daemon.Configuration.Schema;
using NodeAgent.Daemon.Rehearsals;

namespace NodeAgent.Tests.Stories;

/// <summary>All fields of a rehearsal's file.</summary>
internal static class RehearsalFields
{
    public static IEnumerable<string> Names { get; } = [.. RehearsalSchema.Root.Fields.SelectMany(field => Below("", field))];

    // Parts and their fields are read and not rehearsed.
    private static IEnumerable<string> Below(string path, ConfigField field)
    {
        var name = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
        return field switch
        {
            GroupField group => group.Fields.SelectMany(inner => Below(name, inner)),
            NamedListField { Name: "parts" } => [name],
            NamedListField list => list.Fields.SelectMany(inner => Below(name, inner)),
            GroupListField list => list.Fields.SelectMany(inner => Below(name, inner)),
            _ => [name],
        };
    }
}
