using System.Globalization;
using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Pools;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Volumes;

/// <summary>Reads "zfs list -j" of the datasets just below the pool.</summary>
internal static class DatasetRows
{
    private static readonly string[] Columns = ["list", "-j", "-p", "-r", "-d", "1", "-t", "filesystem,volume", "-o", "name,type,volsize,refquota,used,mounted,mountpoint"];

    public static async Task<Outcome<IReadOnlyList<DatasetRow>>> ReadAsync(PoolTool tool, string pool, string what, CancellationToken cancellation)
    {
        var output = await tool.LookAsync(what, "zfs", [.. Columns, pool], cancellation);
        return output.IsOk ? Parse(what, pool, output.Value) : output.Fault;
    }

    public static Outcome<IReadOnlyList<DatasetRow>> Parse(string what, string pool, string output)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            var rows = document.RootElement.GetProperty("datasets").EnumerateObject().Where(entry => entry.Name != pool).Select(entry => Row(entry.Value));
            return new Outcome<IReadOnlyList<DatasetRow>>([.. rows.OrderBy(row => row.Dataset, StringComparer.Ordinal)]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return Faults.Odd(what, "'zfs list -j' has another shape than expected");
        }
    }

    private static DatasetRow Row(JsonElement entry)
    {
        var properties = entry.GetProperty("properties");
        string Text(string name) => properties.TryGetProperty(name, out var value) ? value.GetProperty("value").GetString() ?? "" : "";
        long Number(string name) => long.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
        var isBlock = entry.GetProperty("type").GetString() is "VOLUME" or "volume";
        return new DatasetRow(
            entry.GetProperty("name").GetString()!, isBlock ? VolumeKind.Block : VolumeKind.Filesystem,
            Number(isBlock ? "volsize" : "refquota"), Number("used"), Text("mounted") == "yes", Text("mountpoint"));
    }
}
