using System.Buffers;
using System.Text;
using System.Text.Json;

using NodeAgent.Contract;

namespace NodeAgent.Cluster.Records;

/// <summary>
/// Records as JSON. A record is read whole or not at all: one that is bad is a fault that names the key and every bad field. Times are
/// for people; null fields are left out.
/// </summary>
public static class RecordJson
{
    internal const decimal LongestSeconds = (decimal)long.MaxValue / TimeSpan.TicksPerSecond;
    private const int Version = 1;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>Reads an entry of the history. Fields nobody knows are left for newer versions.</summary>
    public static Outcome<HistoryRecord> History(StoreEntry entry) => Read(entry, fields => new HistoryRecord(
        fields.Time("at"), fields.Text("node"), fields.Text("kind"), fields.Text("subject"), fields.Text("text")));

    /// <summary>Writes an entry of the history.</summary>
    public static string Write(HistoryRecord record) => Write(json =>
    {
        json.WriteString("at", record.At.ToString("O"));
        json.WriteString("node", record.Node);
        json.WriteString("kind", record.Kind);
        json.WriteString("subject", record.Subject);
        json.WriteString("text", record.Text);
    });

    internal static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>Reads a record of this version; unknown fields are for <paramref name="read"/> to refuse.</summary>
    internal static Outcome<T> Read<T>(StoreEntry entry, Func<RecordFields, T> read)
    {
        if (Parse(entry.Value) is not { } root)
        {
            return Bad(entry, "it is no JSON object");
        }

        var fields = new RecordFields(root);
        if (fields.Number("v") != Version)
        {
            return Bad(entry, $"field v is not {Version}: another version of the agent wrote it");
        }

        var record = read(fields);
        return fields.Errors.Count == 0 ? record : Bad(entry, string.Join("; ", fields.Errors.Select(error => "field " + error)));
    }

    internal static string Write(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("v", Version);
        fields(json);
        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static JsonElement? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Fault Bad(StoreEntry entry, string why) => new(
        FaultCode.Unparseable, $"cannot read the record {entry.Key}", why, "Bring all nodes to the same version; nothing of the record was used.", Retry.AfterFix)
    { Facts = new Dictionary<string, string> { ["key"] = entry.Key, ["revision"] = entry.Modified.ToString() } };
}
