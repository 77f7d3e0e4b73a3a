using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Tool;

namespace NodeAgent.Plugins.ZfsBackend.Listing;

/// <summary>Reads the output of <c>zfs list -j -p</c>.</summary>
internal static class DatasetListing
{
    private static readonly string[] Types = ["FILESYSTEM", "VOLUME", "SNAPSHOT", "BOOKMARK"];

    /// <summary>The rows in the order of the output; a fault if anything is not as expected.</summary>
    public static Outcome<IReadOnlyList<DatasetRow>> Parse(string what, string output)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            if (JsonVersion.Wrong(document.RootElement, "zfs list") is { } wrong)
            {
                return ToolFaults.Unparseable(what, wrong, output);
            }

            var rows = new List<DatasetRow>();
            foreach (var dataset in document.RootElement.GetProperty("datasets").EnumerateObject())
            {
                var type = dataset.Value.GetProperty("type").GetString() ?? "";
                if (!Types.Contains(type))
                {
                    return ToolFaults.Unparseable(what, $"dataset '{dataset.Name}' is of unknown type '{type}'", output);
                }

                rows.Add(new DatasetRow(dataset.Name, type, Properties(dataset.Value.GetProperty("properties"))));
            }

            return rows;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return ToolFaults.Unparseable(what, "the output of 'zfs list -j' has another shape than expected", output);
        }
    }

    private static Dictionary<string, string> Properties(JsonElement element)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            var value = property.Value.GetProperty("value").GetString() ?? "";
            if (value is not ("-" or "none" or ""))
            {
                properties[property.Name] = value;
            }
        }

        return properties;
    }
}
