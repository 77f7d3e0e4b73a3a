using System.Text.Json;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.LinstorBackend.Choices;

/// <summary>A line of "lvs --reportformat json". What was not asked for is empty.</summary>
/// <param name="Group">Its volume group.</param>
/// <param name="Volume">Its name there.</param>
/// <param name="Segment">What it is: "thin".</param>
/// <param name="Devices">What it may be called as a device.</param>
/// <param name="Made">When it was made; null: not told.</param>
/// <param name="Bytes">How much of it is written; null: not told.</param>
internal sealed record LogicalVolume(string Group, string Volume, string Segment, IReadOnlyList<string> Devices, DateTimeOffset? Made, long? Bytes)
{
    public static Outcome<List<LogicalVolume>> Read(string what, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return new Outcome<List<LogicalVolume>>([.. document.RootElement.GetProperty("report").EnumerateArray().SelectMany(report => report.GetProperty("lv").EnumerateArray()).Select(Read)]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Faults.Odd(what, "lvs says something that is not understood", text);
        }
    }

    private static LogicalVolume Read(JsonElement line)
    {
        string Of(string field) => line.TryGetProperty(field, out var told) ? told.GetString()! : "";
        return new LogicalVolume(
            line.GetProperty("vg_name").GetString()!, line.GetProperty("lv_name").GetString()!, Of("segtype"), [.. new[] { Of("lv_path"), Of("lv_dm_path") }.Where(path => path.Length > 0)],
            ToldNumbers.UnixSeconds(Of("lv_time")), (long?)(ToldNumbers.Bytes(Of("lv_size")) * ToldNumbers.Percent(Of("data_percent"))));
    }
}
