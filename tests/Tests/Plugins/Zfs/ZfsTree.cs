using System.Text.Json;

namespace NodeAgent.Tests.Plugins.Zfs;

/// <summary>Builds what "zfs list -j" would print for unit db.</summary>
internal sealed class ZfsTree
{
    private readonly List<(string Name, string Type, Dictionary<string, string> Properties)> rows = [];
    private int txg = 10;

    public ZfsTree(bool readOnly = false, long epoch = 3, string head = "own", string owner = "n1/tank") => Row(
        "tank/nodeagent/db", "FILESYSTEM", ("readonly", readOnly ? "on" : "off"), ("io.nodeagent:epoch", $"{epoch}"), ("io.nodeagent:head", head), ("written", "0"), ("io.nodeagent:owner", owner));

    /// <summary>A dataset of the unit's name that somebody else made.</summary>
    public static ZfsTree Stranger(bool readOnly = false)
    {
        var tree = new ZfsTree(readOnly);
        tree.rows[0].Properties["io.nodeagent:epoch"] = tree.rows[0].Properties["io.nodeagent:head"] = "-";
        return tree;
    }

    public static ZfsTree Writer(long epoch = 3) => new(false, epoch);

    public static ZfsTree Copy(long epoch = 3) => new(true, epoch, "received");

    private string ReadOnly => rows[0].Properties["readonly"];

    public ZfsTree Filesystem(string name, long quota = 0, string mounted = "yes", params (string, string)[] more) => Row(
        $"tank/nodeagent/db/{name}", "FILESYSTEM",
        [("readonly", ReadOnly), ("mounted", mounted), ("mountpoint", $"/no/where/db/{name}"), ("canmount", "noauto"), ("written", "0"), ("refquota", $"{quota}"), ("used", "1000"), .. more]);

    public ZfsTree Zvol(string name, long bytes = 64 << 20, params (string, string)[] more) => Row(
        $"tank/nodeagent/db/{name}", "VOLUME", [("readonly", ReadOnly), ("written", "0"), ("volsize", $"{bytes}"), ("used", "2000"), .. more]);

    public ZfsTree Snapshot(string volume, string name, string guid, params (string, string)[] more) => Row(
        $"tank/nodeagent/db/{volume}@{name}", "SNAPSHOT", [("guid", guid), ("creation", $"{1_700_000_000 + txg}"), ("userrefs", "0"), ("clones", "-"), .. more]);

    public ZfsTree Bookmark(string volume, string name, string guid) => Row(
        $"tank/nodeagent/db/{volume}#{name}", "BOOKMARK", ("guid", guid), ("creation", "1700000000"));

    public string ToJson() => JsonSerializer.Serialize(new
    {
        output_version = new { command = "zfs list", vers_major = 0, vers_minor = 1 },
        datasets = rows.ToDictionary(row => row.Name, row => new
        {
            name = row.Name,
            type = row.Type,
            properties = row.Properties.ToDictionary(property => property.Key, property => new { value = property.Value }),
        }),
    });

    private ZfsTree Row(string name, string type, params (string Key, string Value)[] properties)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal) { ["createtxg"] = $"{txg++}", ["guid"] = "1" };
        foreach (var (key, value) in properties)
        {
            all[key] = value;
        }

        rows.Add((name, type, all));
        return this;
    }
}
