namespace NodeAgent.Daemon.Configuration.Schema;

/// <summary>What to do about a key that is none.</summary>
internal static class UnknownField
{
    /// <summary>The nearest known key here, else the place where this key belongs, else all keys of this group.</summary>
    public static string Remedy(string key, IReadOnlyList<ConfigField> known, string path)
    {
        if (Nearest.To(key, known.Select(field => field.Name)) is { } near)
        {
            return $"Did you mean '{near}'?";
        }

        if (HomeOf(key, ConfigSchema.Root.Fields, string.Empty) is { } home)
        {
            return home.Length == 0 ? $"'{key}' belongs to the left margin" : $"'{key}' belongs under '{home}'";
        }

        var where = path.Length == 0 ? "here" : $"under '{path}'";
        return $"Known {where}: {string.Join(", ", known.Select(field => field.Name))}";
    }

    private static string? HomeOf(string key, IReadOnlyList<ConfigField> fields, string path)
    {
        if (fields.Any(field => field.Name == key))
        {
            return path;
        }

        foreach (var field in fields)
        {
            var inner = field is GroupField group ? group.Fields : field is NamedListField list ? list.Fields : [];
            if (HomeOf(key, inner, path.Length == 0 ? field.Name : $"{path}.{field.Name}") is { } home)
            {
                return home;
            }
        }

        return null;
    }
}
