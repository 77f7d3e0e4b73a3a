using System.Buffers;
using System.Text;
using System.Text.Json;

namespace NodeAgent.Cluster.Etcd;

/// <summary>Questions as the gateway wants them, with etcd's own field names.</summary>
internal static class EtcdQuestions
{
    public static ReadOnlyMemory<byte> Range(KeyRange range) => Write(json => WriteRange(json, range));

    /// <summary>A read that costs nothing but the agreement of a majority.</summary>
    public static ReadOnlyMemory<byte> Probe() => Write(json =>
    {
        json.WriteBase64String("key", "/"u8);
        json.WriteBoolean("count_only", true);
    });

    public static ReadOnlyMemory<byte> Transaction(StoreTransaction transaction) => Write(json =>
    {
        json.WriteStartArray("compare");
        foreach (var condition in transaction.Conditions)
        {
            json.WriteStartObject();
            json.WriteBase64String("key", Encoding.UTF8.GetBytes(condition.Key));
            json.WriteString("target", "MOD");
            json.WriteString("result", "EQUAL");
            json.WriteString("mod_revision", condition.Modified.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("success");
        foreach (var change in transaction.Changes)
        {
            WriteChange(json, change);
        }

        json.WriteEndArray();
        json.WriteStartArray("failure");
        foreach (var key in transaction.Conditions.Select(condition => condition.Key).Distinct(StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteStartObject("request_range");
            WriteRange(json, KeyRange.Of(key));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public static ReadOnlyMemory<byte> Grant(long seconds) => Write(json => json.WriteString("TTL", seconds.ToString()));

    public static ReadOnlyMemory<byte> Lease(LeaseId lease) => Write(json => json.WriteString("ID", lease.Value.ToString()));

    public static ReadOnlyMemory<byte> Watch(KeyRange range, long from) => Write(json =>
    {
        json.WriteStartObject("create_request");
        WriteRange(json, range);
        json.WriteString("start_revision", from.ToString());
        json.WriteEndObject();
    });

    public static ReadOnlyMemory<byte> Compact(long revision) => Write(json => json.WriteString("revision", revision.ToString()));

    /// <summary>An object with nothing in it.</summary>
    public static ReadOnlyMemory<byte> Nothing() => Write(_ => { });

    public static ReadOnlyMemory<byte> AddMember(string peerUrl, bool learner) => Write(json =>
    {
        json.WriteStartArray("peerURLs");
        json.WriteStringValue(peerUrl);
        json.WriteEndArray();
        json.WriteBoolean("isLearner", learner);
    });

    public static ReadOnlyMemory<byte> Member(ulong id) => Write(json => json.WriteString("ID", id.ToString()));

    private static void WriteChange(Utf8JsonWriter json, StoreChange change)
    {
        json.WriteStartObject();
        json.WriteStartObject(change.Value is null ? "request_delete_range" : "request_put");
        json.WriteBase64String("key", Encoding.UTF8.GetBytes(change.Key));
        if (change.Value is not null)
        {
            json.WriteBase64String("value", Encoding.UTF8.GetBytes(change.Value));
            json.WriteString("lease", change.Lease.Value.ToString());
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteRange(Utf8JsonWriter json, KeyRange range)
    {
        json.WriteBase64String("key", Encoding.UTF8.GetBytes(range.Text));
        if (range.End is { } end)
        {
            json.WriteBase64String("range_end", Encoding.UTF8.GetBytes(end));
        }
    }

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        fields(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
