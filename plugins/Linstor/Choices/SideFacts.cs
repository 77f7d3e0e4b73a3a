using System.Text.Json;
using System.Text.Json.Nodes;
using NodeAgent.Plugins.LinstorBackend.Kernel;

namespace NodeAgent.Plugins.LinstorBackend.Choices;

/// <summary>What the plugin on the other node has to know of a side, beyond what people are shown.</summary>
/// <param name="IsUp">The kernel has the resource.</param>
/// <param name="IsAlone">It does not try to reach the peer.</param>
/// <param name="IsConnected">The two are connected.</param>
/// <param name="IsWhole">Its disk is complete as far as this node can know.</param>
/// <param name="IsMirrored">Both are whole and connected.</param>
/// <param name="IsSource">It is being copied from.</param>
/// <param name="IsGoingBack">A rollback did not end here: the kernel's word about what differs proves nothing.</param>
/// <param name="Generations">Its generation identifiers, by volume; empty if they cannot be read.</param>
internal sealed record SideFacts(bool IsUp, bool IsAlone, bool IsConnected, bool IsWhole, bool IsMirrored, bool IsSource, bool IsGoingBack, string Generations)
{
    public static SideFacts Of(ResourceState? state, bool isGoingBack, string generations) => new(
        state is not null, state is { IsAlone: true }, state is { IsConnected: true }, state is { IsConsistent: true, Odd: null }, state is { IsMirrored: true },
        state?.Volumes.Any(volume => volume.Replication is "SyncSource" or "PausedSyncS") == true, isGoingBack, generations);

    public string ToText() => new JsonObject
    {
        ["isUp"] = IsUp,
        ["isAlone"] = IsAlone,
        ["isConnected"] = IsConnected,
        ["isWhole"] = IsWhole,
        ["isMirrored"] = IsMirrored,
        ["isSource"] = IsSource,
        ["isGoingBack"] = IsGoingBack,
        ["generations"] = Generations,
    }.ToJsonString();

    /// <summary>Null: it is of another version of this plugin.</summary>
    public static SideFacts? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            bool Is(string name) => root.GetProperty(name).GetBoolean();
            return new SideFacts(
                Is("isUp"), Is("isAlone"), Is("isConnected"), Is("isWhole"), Is("isMirrored"), Is("isSource"), Is("isGoingBack"), root.GetProperty("generations").GetString()!);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
