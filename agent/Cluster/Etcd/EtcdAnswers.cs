using System.Globalization;
using System.Text.Json;

using NodeAgent.Contract;

namespace NodeAgent.Cluster.Etcd;

/// <summary>Answers as the gateway gives them. What does not fit is a fault, never an exception and never a guess.</summary>
internal static class EtcdAnswers
{
    public static Outcome<StoreView> View(JsonElement body)
    {
        if (Revision(body) is not { } revision)
        {
            return EtcdFaults.Odd("range", "no revision");
        }

        var entries = Entries(body.List("kvs"));
        return entries is null ? EtcdFaults.Odd("range", "an entry is damaged") : new StoreView(revision, entries);
    }

    public static Commit Commit(JsonElement body)
    {
        var succeeded = body.Flag("succeeded");
        if (Revision(body) is not { } revision || succeeded is null)
        {
            return Cluster.Commit.Unknown(EtcdFaults.Odd("txn", "no revision, or no clear outcome"));
        }

        if (succeeded.Value)
        {
            return Cluster.Commit.Yes(revision);
        }

        var found = new List<StoreEntry>();
        foreach (var response in body.List("responses") ?? [])
        {
            found.AddRange(Entries(response.Field("response_range")?.List("kvs")) ?? []);
        }

        return Cluster.Commit.No(revision, found);
    }

    public static Outcome<LeaseGrant> Granted(JsonElement body, Instant askedAt) =>
        body.Number("ID") is > 0 and { } id && body.Number("TTL") is > 0 and <= int.MaxValue and { } seconds
            ? new LeaseGrant(new(id), TimeSpan.FromSeconds(seconds), askedAt)
            : EtcdFaults.Odd("lease/grant", "no id or no length");

    /// <summary>A lease that is gone answers without TTL.</summary>
    public static Outcome<LeaseGrant> Kept(JsonElement body, LeaseId lease, Instant askedAt)
    {
        if (body.Field("error") is { } error)
        {
            return EtcdFaults.Odd("lease/keepalive", error.Text("message") ?? "an error without words");
        }

        return body.Field("result") is not { ValueKind: JsonValueKind.Object } result || result.Number("ID") != lease.Value
            ? EtcdFaults.Odd("lease/keepalive", "an answer about another lease, or none")
            : result.Number("TTL") switch
            {
                0 => EtcdFaults.Gone(lease),
                > 0 and <= int.MaxValue and { } seconds => new LeaseGrant(lease, TimeSpan.FromSeconds(seconds), askedAt),
                _ => EtcdFaults.Odd("lease/keepalive", "a length that is no length"),
            };
    }

    public static IReadOnlyList<StoreEntry>? Entries(IReadOnlyList<JsonElement>? items)
    {
        if (items is null)
        {
            return null;
        }

        var entries = new List<StoreEntry>(items.Count);
        foreach (var item in items)
        {
            if (Entry(item) is not { } entry)
            {
                return null;
            }

            entries.Add(entry);
        }

        return entries;
    }

    public static StoreEntry? Entry(JsonElement item) =>
        item.Bytes("key") is { Length: > 0 } key && item.Bytes("value") is { } value
        && item.Number("create_revision") is > 0 and { } created && item.Number("mod_revision") is { } modified && modified >= created
        && item.Number("lease") is { } lease
            ? new(key, value, created, modified, new(lease))
            : null;

    public static string? Identity(JsonElement body) => body.Field("header")?.Number("cluster_id") is { } id and not 0 ? id.ToString("x", CultureInfo.InvariantCulture) : null;

    public static long? Revision(JsonElement body) => body.Field("header")?.Number("revision") is > 0 and { } revision ? revision : null;
}
