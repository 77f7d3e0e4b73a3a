using System.Text.Json;

using NodeAgent.Contract;

namespace NodeAgent.Cluster.Records;

/// <summary>How single values are written, as <see cref="RecordFields"/> reads them.</summary>
internal static class RecordWriting
{
    public static void WriteSeconds(this Utf8JsonWriter json, string name, TimeSpan span) =>
        json.WriteNumber(name, (decimal)span.Ticks / TimeSpan.TicksPerSecond);

    public static void WriteEpoch(this Utf8JsonWriter json, string name, Epoch epoch) => json.WriteNumber(name, epoch.Value);

    public static void WriteEpochs(this Utf8JsonWriter json, string name, IReadOnlyDictionary<string, Epoch> epochs) => json.WriteWhole(name, () =>
    {
        foreach (var (of, epoch) in epochs)
        {
            json.WriteEpoch(of, epoch);
        }
    });

    public static void WriteNode(this Utf8JsonWriter json, string name, NodeId? node)
    {
        if (node is { } one)
        {
            json.WriteString(name, one.Value);
        }
    }

    public static void WriteName<T>(this Utf8JsonWriter json, string name, T value)
        where T : struct, Enum => json.WriteString(name, RecordJson.NameOf(value));

    public static void WriteTexts(this Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    public static void WriteWhole(this Utf8JsonWriter json, string name, Action fields)
    {
        json.WriteStartObject(name);
        fields();
        json.WriteEndObject();
    }
}
