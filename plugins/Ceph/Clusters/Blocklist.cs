using System.Globalization;
using System.Text.Json.Nodes;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend.Clusters;

/// <summary>Client instances that the OSDs refuse.</summary>
internal static class Blocklist
{
    /// <summary>Shuts an instance out, or keeps it out for longer.</summary>
    public static Outcome Add(Connection connection, string address, TimeSpan span, string what)
    {
        // With a point: Ceph takes a whole number for one of another type.
        var seconds = JsonNode.Parse(span.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture));
        var added = connection.Command(
            new JsonObject { ["prefix"] = "osd blocklist", ["blocklistop"] = "add", ["addr"] = address, ["expire"] = seconds }, what);
        return added.IsOk ? Outcome.Done : added.Fault;
    }

    /// <summary>The addresses that are shut out now.</summary>
    public static Outcome<IReadOnlySet<string>> List(Connection connection, string what)
    {
        var listed = connection.Command(new JsonObject { ["prefix"] = "osd blocklist ls" }, what);
        return listed.IsOk
            ? (listed.Value as JsonArray ?? []).Select(e => Addresses.Normal(e?["addr"]?.GetValue<string>() ?? "")).ToHashSet(StringComparer.Ordinal)
            : listed.Fault;
    }
}
