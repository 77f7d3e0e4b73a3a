using System.Text.Json;
using System.Text.Json.Nodes;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend.Mirrors;

/// <summary>This site's rbd-mirror daemons, by what they tell the monitors.</summary>
internal static class MirrorDaemons
{
    /// <summary>Those of one pool. Each tells its state as JSON in a text; one that cannot be read is there all the same.</summary>
    public static IReadOnlyList<SiteDaemon> Of(JsonNode? services, string pool) =>
        services?["rbd-mirror"] is not JsonObject daemons ? []
            : [.. daemons.Where(daemon => daemon.Value is JsonObject).Select(daemon => One(daemon.Key, daemon.Value!["status"]?["json"]?.ToString(), pool))];

    private static SiteDaemon One(string name, string? text, string pool)
    {
        try
        {
            var state = (text is { Length: > 0 } ? JsonNode.Parse(text) as JsonObject : null)?.Select(one => one.Value)
                .FirstOrDefault(one => one?["name"]?.ToString() == pool);
            return state is null
                ? new SiteDaemon(name, IsLeader: false, [$"it does not tell of pool {pool}"])
                : new SiteDaemon(name, state["leader"]?.GetValueKind() == JsonValueKind.True, [.. Remarks(state)]);
        }
        catch (JsonException)
        {
            return new SiteDaemon(name, IsLeader: false, ["what it tells cannot be read"]);
        }
    }

    private static IEnumerable<string> Remarks(JsonNode state)
    {
        foreach (var callout in state["callouts"] as JsonObject ?? [])
        {
            yield return $"{callout.Value?["level"]}: {callout.Value?["text"]}";
        }

        if (state["image_error_count"] is { } errors && errors.GetValueKind() == JsonValueKind.Number && errors.GetValue<int>() > 0)
        {
            yield return $"{errors} images in error";
        }
    }
}
