using System.Globalization;
using System.Text.Json;

namespace NodeAgent.Plugins.CephBackend.Mirrors;

/// <summary>The figures that a daemon tells of an image which it replays: the JSON behind its words.</summary>
/// <param name="Held">When the source's snapshot was made that the copy holds in whole, by the source's clock; null if it is not told.</param>
/// <param name="BytesPerSecond">How fast the last one came.</param>
/// <param name="LastBytes">What the last one brought.</param>
/// <param name="Progress">How much of one is there that is under way, 0 to 1.</param>
internal sealed record MirrorFigures(DateTimeOffset? Held, double? BytesPerSecond, long? LastBytes, double? Progress)
{
    public static MirrorFigures None { get; } = new(null, null, null, null);

    /// <summary>Reads them; what is not there, or is no JSON, is left out.</summary>
    public static MirrorFigures Of(string description)
    {
        var at = description.IndexOf('{', StringComparison.Ordinal);
        if (at < 0)
        {
            return None;
        }

        try
        {
            using var told = JsonDocument.Parse(description.AsMemory(at));
            var root = told.RootElement;

            // Right after a full copy only the source's instant is told; who then has nothing to do holds just that.
            var held = Number(root, "local_snapshot_timestamp") ?? (Word(root, "replay_state") == "idle" ? Number(root, "remote_snapshot_timestamp") : null);
            return new MirrorFigures(
                held is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds((long)held.Value) : null,
                Number(root, "bytes_per_second"), (long?)Number(root, "last_snapshot_bytes"), Number(root, "syncing_percent") / 100);
        }
        catch (JsonException)
        {
            return None;
        }
    }

    private static double? Number(JsonElement root, string name) =>
        !root.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.Number ? value.GetDouble()
        : double.TryParse(value.ToString(), CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? Word(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? value.ToString() : null;
}
