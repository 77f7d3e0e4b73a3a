using System.Buffers;
using System.Text;
using System.Text.Json;

using NodeAgent.Cluster.Etcd;
using NodeAgent.Contract;

namespace NodeAgent.Cluster.Records;

/// <summary>
/// Records as JSON. A record is read whole or not at all: one that is bad is a fault that names the key and every bad field. Times are
/// for people; null fields are left out.
/// </summary>
public static class RecordJson
{
    private const int Version = 1;

    /// <summary>Reads an owner.</summary>
    public static Outcome<OwnerRecord> Owner(StoreEntry entry) => Read(entry, fields => new OwnerRecord(
        fields.TextOrNull("writer"), fields.TextOrNull("previous"), fields.OneOf<ProofKind>("proof"), fields.Text("proofDetail"), fields.Time("since"), fields.Text("writeId")));

    /// <summary>Reads a node's lease.</summary>
    public static Outcome<NodeLeaseRecord> NodeLease(StoreEntry entry) => Read(entry, fields => new NodeLeaseRecord(
        fields.Text("bootId"), fields.Seconds("grantedSeconds"), fields.Text("lease"), fields.Flag("armed"), fields.TextOrNull("watchdogDevice"),
        fields.Seconds("watchdogSeconds"), fields.Seconds("resetWithinSeconds"), fields.Text("version"), fields.Text("writeId")));

    /// <summary>Reads a service.</summary>
    public static Outcome<ServiceRecord> Service(StoreEntry entry) => Read(entry, fields => new ServiceRecord(
        fields.OneOf<DesiredState>("state"), fields.Texts("nodes"), fields.Text("configurationDigest"), fields.Text("writeId")));

    /// <summary>Reads a node's maintenance.</summary>
    public static Outcome<MaintenanceRecord> Maintenance(StoreEntry entry) => Read(entry, fields => new MaintenanceRecord(
        fields.Text("by"), fields.Text("reason"), fields.Time("since"), fields.Text("writeId")));

    /// <summary>Reads an entry of the history.</summary>
    public static Outcome<HistoryRecord> History(StoreEntry entry) => Read(entry, fields => new HistoryRecord(
        fields.Time("at"), fields.Text("node"), fields.Text("kind"), fields.Text("subject"), fields.Text("text")));

    /// <summary>Writes an owner.</summary>
    public static string Write(OwnerRecord record) => Write(
        ("writer", record.Writer), ("previous", record.Previous), ("proof", NameOf(record.Proof)), ("proofDetail", record.ProofDetail), ("since", record.Since), ("writeId", record.WriteId));

    /// <summary>Writes a node's lease.</summary>
    public static string Write(NodeLeaseRecord record) => Write(
        ("bootId", record.BootId), ("grantedSeconds", record.GrantedSeconds), ("lease", record.Lease), ("armed", record.Armed), ("watchdogDevice", record.WatchdogDevice),
        ("watchdogSeconds", record.WatchdogSeconds), ("resetWithinSeconds", record.ResetWithinSeconds), ("version", record.Version), ("writeId", record.WriteId));

    /// <summary>Writes a service.</summary>
    public static string Write(ServiceRecord record) => Write(
        ("state", NameOf(record.State)), ("nodes", record.Nodes), ("configurationDigest", record.ConfigurationDigest), ("writeId", record.WriteId));

    /// <summary>Writes a node's maintenance.</summary>
    public static string Write(MaintenanceRecord record) => Write(("by", record.By), ("reason", record.Reason), ("since", record.Since), ("writeId", record.WriteId));

    /// <summary>Writes an entry of the history.</summary>
    public static string Write(HistoryRecord record) => Write(
        ("at", record.At), ("node", record.Node), ("kind", record.Kind), ("subject", record.Subject), ("text", record.Text));

    internal static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static Outcome<T> Read<T>(StoreEntry entry, Func<RecordFields, T> read)
    {
        if (EtcdJson.Parse(Encoding.UTF8.GetBytes(entry.Value)) is not { } root)
        {
            return Bad(entry, "it is no JSON object");
        }

        if (root.Number("v") is not Version)
        {
            return Bad(entry, $"field v is not {Version}: another version of the agent wrote it");
        }

        var fields = new RecordFields(root);
        var record = read(fields);
        return fields.Errors.Count == 0 ? record : Bad(entry, string.Join("; ", fields.Errors.Select(error => "field " + error)));
    }

    private static Fault Bad(StoreEntry entry, string why) => new(
        FaultCode.Unparseable, $"cannot read the record {entry.Key}", why, "Bring all nodes to the same version; nothing of the record was used.", Retry.AfterFix)
    { Facts = new Dictionary<string, string> { ["key"] = entry.Key, ["revision"] = entry.Modified.ToString() } };

    private static string Write(params ReadOnlySpan<(string Name, object? Value)> fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("v", Version);
        foreach (var (name, value) in fields)
        {
            WriteField(json, name, value);
        }

        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteField(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                break;
            case string text:
                json.WriteString(name, text);
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case double number:
                json.WriteNumber(name, number);
                break;
            case DateTimeOffset time:
                json.WriteString(name, time.ToString("O"));
                break;
            case IReadOnlyList<string> texts:
                json.WriteStartArray(name);
                foreach (var text in texts)
                {
                    json.WriteStringValue(text);
                }

                json.WriteEndArray();
                break;
            default:
                throw new InvalidOperationException($"No record has a {value.GetType()}.");
        }
    }
}
