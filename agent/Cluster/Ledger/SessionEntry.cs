using NodeAgent.Cluster.Records;
using NodeAgent.Contract;

namespace NodeAgent.Cluster.Ledger;

/// <summary>A node's stay as it stands in the store, under its lease.</summary>
/// <param name="Number">The session.</param>
/// <param name="BootId">The kernel's boot id.</param>
/// <param name="Length">Of the lease: how long after its last renewal the node surely writes no more.</param>
/// <param name="Modified">The revision that wrote it.</param>
/// <param name="Lease">The lease.</param>
internal sealed record SessionEntry(long Number, string BootId, TimeSpan Length, long Modified, LeaseId Lease)
{
    public static Outcome<SessionEntry> Read(StoreEntry entry) => RecordJson.Read(entry, fields =>
    {
        var session = new SessionEntry(fields.Number("session", 1), fields.Text("bootId"), fields.Seconds("leaseSeconds"), entry.Modified, entry.Lease);
        fields.NothingElse();
        return session;
    });

    public static string Write(long number, string bootId, TimeSpan length) => RecordJson.Write(json =>
    {
        json.WriteNumber("session", number);
        json.WriteString("bootId", bootId);
        json.WriteSeconds("leaseSeconds", length);
    });

    /// <summary>Reads the number of a stay that its node ended.</summary>
    public static Outcome<long> ReadEnded(StoreEntry entry) => RecordJson.Read(entry, fields =>
    {
        var number = fields.Number("session", 1);
        fields.NothingElse();
        return number;
    });

    /// <summary>The number of a stay, for its node's presence or its end.</summary>
    public static string WriteNumber(long number) => RecordJson.Write(json => json.WriteNumber("session", number));
}
