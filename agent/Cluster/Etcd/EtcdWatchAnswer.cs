using System.Text.Json;

using NodeAgent.Contract;

namespace NodeAgent.Cluster.Etcd;

/// <summary>One line of a watch.</summary>
/// <param name="Created">The watch stands.</param>
/// <param name="Compacted">The oldest revision that is kept, if what was asked for is gone.</param>
/// <param name="Steps">What happened, revision by revision.</param>
/// <param name="Fault">What ended it.</param>
internal sealed record EtcdWatchAnswer(bool Created, long? Compacted, IReadOnlyList<WatchStep.Changed> Steps, Fault? Fault)
{
    public static EtcdWatchAnswer Read(Uri endpoint, ReadOnlyMemory<byte> line)
    {
        if (EtcdJson.Parse(line) is not { } root)
        {
            return Failed(EtcdFaults.Odd("watch", "a line that is no JSON object"));
        }

        if (root.Field("error") is { } error)
        {
            return Failed(EtcdErrors.InStream(endpoint, error));
        }

        if (root.Field("result") is not { ValueKind: JsonValueKind.Object } result)
        {
            return Failed(EtcdFaults.Odd("watch", "a line without a result"));
        }

        var compacted = result.Number("compact_revision");
        if (compacted != 0)
        {
            return compacted > 0 ? new(Created: false, compacted, [], null) : Failed(EtcdFaults.Odd("watch", "a compaction without revision"));
        }

        if (result.Flag("canceled") != false)
        {
            return Failed(EtcdFaults.Odd("watch", $"etcd ended it: {result.Text("cancel_reason") ?? "no reason given"}"));
        }

        return Grouped(result.List("events")) is { } steps
            ? new(result.Flag("created") == true, null, steps, null)
            : Failed(EtcdFaults.Odd("watch", "an event is damaged"));
    }

    private static EtcdWatchAnswer Failed(Fault fault) => new(Created: false, null, [], fault);

    private static IReadOnlyList<WatchStep.Changed>? Grouped(IReadOnlyList<JsonElement>? items)
    {
        var events = new List<StoreEvent>();
        foreach (var item in items ?? [])
        {
            if (Event(item) is not { } one || (events.Count > 0 && one.Revision < events[^1].Revision))
            {
                return null;
            }

            events.Add(one);
        }

        return items is null ? null : [.. events.GroupBy(one => one.Revision).Select(group => new WatchStep.Changed(group.Key, [.. group]))];
    }

    private static StoreEvent? Event(JsonElement item)
    {
        if (item.Field("kv") is not { ValueKind: JsonValueKind.Object } kv)
        {
            return null;
        }

        // PUT is zero and therefore left out.
        if (item.Field("type") is { } type && type.ValueKind == JsonValueKind.String && type.ValueEquals("DELETE"))
        {
            return kv.Bytes("key") is { Length: > 0 } key && kv.Number("mod_revision") is > 0 and { } revision ? new(key, null, revision) : null;
        }

        return (item.Field("type") is null || item.Text("type") == "PUT") && EtcdAnswers.Entry(kv) is { } entry ? new(entry.Key, entry, entry.Modified) : null;
    }
}
