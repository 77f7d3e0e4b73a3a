using NodeAgent.Daemon.Configuration.Schema;

namespace NodeAgent.Daemon.Configuration;

/// <summary>Tells what a reload would change, and what of it has to wait for a restart.</summary>
internal static class ConfigDiff
{
    /// <summary>Every difference, by field.</summary>
    public static IReadOnlyList<ConfigChange> Between(IReadOnlyList<ConfigLine> before, IReadOnlyList<ConfigLine> after)
    {
        var old = before.ToDictionary(line => line.Field, line => line.Value);
        var now = after.ToDictionary(line => line.Field, line => line.Value);
        return
        [
            .. old.Keys.Union(now.Keys)
                .Order(StringComparer.Ordinal)
                .Where(field => old.GetValueOrDefault(field) != now.GetValueOrDefault(field))
                .Select(field => new ConfigChange(
                    field, old.GetValueOrDefault(field), now.GetValueOrDefault(field), EffectOf(field, old, now))),
        ];
    }

    /// <summary>A network or backend that comes or goes needs a restart, whatever its single fields need.</summary>
    private static FieldEffect EffectOf(string field, Dictionary<string, string> old, Dictionary<string, string> now)
    {
        var end = field.LastIndexOf("].", StringComparison.Ordinal);
        if (end >= 0)
        {
            var item = field[..(end + 2)];
            if (!old.Keys.Any(key => key.StartsWith(item, StringComparison.Ordinal))
                || !now.Keys.Any(key => key.StartsWith(item, StringComparison.Ordinal)))
            {
                return FieldEffect.Restart;
            }
        }

        return SchemaFields.EffectOf(field);
    }
}
