using System.Text.Json.Nodes;

namespace NodeAgent.Plugins.CephBackend.Health;

/// <summary>What of a cluster's status is worth a look when it changes. A hint that comes all the time is none: counts of objects and groups that move while it works are left out.</summary>
internal static class Glance
{
    /// <summary>A text that is another one when something happened.</summary>
    public static string Of(JsonNode status)
    {
        var checks = (status["health"]?["checks"] as JsonObject ?? []).OrderBy(check => check.Key, StringComparer.Ordinal)
            .Select(check => check.Key.StartsWith("POOL_", StringComparison.Ordinal) ? $"{check.Key}:{check.Value?["summary"]?["count"]}" : check.Key);
        var waiting = (status["pgmap"]?["pgs_by_state"] as JsonArray ?? []).OfType<JsonNode>()
            .Any(group => !(group["state_name"]?.GetValue<string>() ?? "").Split('+').Contains("active", StringComparer.Ordinal));
        var disks = status["osdmap"];
        return string.Join(
            '|', status["health"]?["status"], string.Join(',', checks), status["quorum_names"]?.ToJsonString(), status["monmap"]?["num_mons"],
            disks?["num_osds"], disks?["num_up_osds"], disks?["num_in_osds"], status["mgrmap"]?["available"], waiting);
    }
}
