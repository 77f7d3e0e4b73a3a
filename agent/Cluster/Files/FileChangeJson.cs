using System.Buffers;
using System.Text.Json;

using NodeAgent.Cluster.Etcd;
using NodeAgent.Contract;

namespace NodeAgent.Cluster.Files;

/// <summary>Journal records as JSON. The journal's own checksums catch damage; what does not fit here was written by another version.</summary>
internal static class FileChangeJson
{
    public static ReadOnlyMemory<byte> Write(FileChange change)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("sequence", change.Sequence);
        switch (change)
        {
            case FileChange.Write write:
                WriteList(json, "write", write.Changes, WriteChange);
                break;
            case FileChange.Grant grant:
                json.WriteNumber("grant", grant.Lease.Value);
                json.WriteNumber("seconds", grant.Seconds);
                break;
            case FileChange.End end:
                json.WriteNumber("end", end.Lease.Value);
                break;
            case FileChange.Whole whole:
                json.WriteNumber("revision", whole.Revision);
                WriteList(json, "entries", whole.Entries, WriteEntry);
                WriteList(json, "leases", whole.Leases, WriteLease);
                break;
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    public static Outcome<FileChange> Read(string path, int number, ReadOnlyMemory<byte> record) =>
        EtcdJson.Parse(record) is { } root && Change(root) is { } change
            ? change
            : new Fault(FaultCode.Corruption, $"cannot read the cluster store {path}", $"record {number} is not one that this version writes",
                "Was it written by a newer version? Install that again, or restore the file.", Retry.AfterFix);

    private static FileChange? Change(JsonElement root)
    {
        var number = root.Number("sequence") ?? 0;
        if (number <= 0)
        {
            return null;
        }

        if (root.Field("write") is not null)
        {
            return All(root.List("write"), ReadChange) is { } changes ? new FileChange.Write(number, changes) : null;
        }

        if (root.Field("grant") is not null)
        {
            return ReadLease(root) is { } grant ? grant with { Sequence = number } : null;
        }

        if (root.Field("end") is not null)
        {
            return root.Number("end") is { } lease ? new FileChange.End(number, new(lease)) : null;
        }

        return root.Number("revision") is > 0 and { } revision && All(root.List("entries"), ReadEntry) is { } entries && All(root.List("leases"), ReadLease) is { } leases
            ? new FileChange.Whole(number, revision, entries, leases)
            : null;
    }

    private static StoreChange? ReadChange(JsonElement item) =>
        item.Text("key") is { } key && item.Number("lease") is { } lease ? new(key, item.Text("value"), new(lease)) : null;

    private static StoreEntry? ReadEntry(JsonElement item) =>
        item.Text("key") is { } key && item.Text("value") is { } value && item.Number("lease") is { } lease
        && item.Number("created") is { } created && item.Number("modified") is { } modified
            ? new(key, value, created, modified, new(lease))
            : null;

    private static FileChange.Grant? ReadLease(JsonElement item) =>
        item.Number("grant") is > 0 and { } lease && item.Number("seconds") is > 0 and { } seconds ? new(0, new(lease), seconds) : null;

    private static IReadOnlyList<T>? All<T>(IReadOnlyList<JsonElement>? items, Func<JsonElement, T?> read)
        where T : class
    {
        var all = items?.Select(read).OfType<T>().ToList();
        return all?.Count == items?.Count ? all : null;
    }

    private static void WriteList<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteChange(Utf8JsonWriter json, StoreChange change)
    {
        json.WriteString("key", change.Key);
        if (change.Value is not null)
        {
            json.WriteString("value", change.Value);
        }

        json.WriteNumber("lease", change.Lease.Value);
    }

    private static void WriteEntry(Utf8JsonWriter json, StoreEntry entry)
    {
        json.WriteString("key", entry.Key);
        json.WriteString("value", entry.Value);
        json.WriteNumber("created", entry.Created);
        json.WriteNumber("modified", entry.Modified);
        json.WriteNumber("lease", entry.Lease.Value);
    }

    private static void WriteLease(Utf8JsonWriter json, FileChange.Grant lease)
    {
        json.WriteNumber("grant", lease.Lease.Value);
        json.WriteNumber("seconds", lease.Seconds);
    }
}
