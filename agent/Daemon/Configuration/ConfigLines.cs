using NodeAgent.Daemon.Configuration.Schema;

namespace NodeAgent.Daemon.Configuration;

/// <summary>The configuration as a list of fields, sorted: for showing, hashing and comparing.</summary>
internal static class ConfigLines
{
    /// <summary>Every field that counts, set or default.</summary>
    public static IReadOnlyList<ConfigLine> Of(AgentConfig config, ConfigValues values)
    {
        SortedDictionary<string, ConfigLine> lines = new(StringComparer.Ordinal);
        foreach (var (path, text) in SchemaDefaults.All)
        {
            lines[path] = new ConfigLine(path, text, null, []);
        }

        lines["node.name"] = new ConfigLine("node.name", config.Node.Value, null, []);
        for (var index = 0; index < config.Peers.Networks.Count; index++)
        {
            var path = $"peers.networks[{index}]";
            lines[path] = new ConfigLine(path, config.Peers.Networks[index], null, []);
        }

        foreach (var (path, value) in values.All)
        {
            lines[path] = new ConfigLine(path, value.Text, value.Node.Place, value.Node.Replaced);
        }

        return [.. lines.Values];
    }
}
