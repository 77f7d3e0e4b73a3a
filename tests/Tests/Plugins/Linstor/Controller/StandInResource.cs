using System.Globalization;
using System.Text.Json.Nodes;

namespace NodeAgent.Tests.Plugins.Linstor.Controller;

/// <summary>A resource of the stand-in: its definition, its copies, its snapshots.</summary>
internal sealed class StandInResource(StandInWorld world, string name)
{
    private const long Taken = 1_900_000_000_000;

    public string Name => name;

    public Dictionary<string, string> Props { get; init; } = new(StringComparer.Ordinal);

    public SortedDictionary<int, long> Sizes { get; } = [];

    /// <summary>Nodes with a copy.</summary>
    public List<string> Nodes { get; } = [];

    /// <summary>Nodes without one, and their flags.</summary>
    public Dictionary<string, string> Diskless { get; } = new(StringComparer.Ordinal);

    public List<string> InUse { get; } = [];

    public List<string> Snapshots { get; } = [];

    public string Disk { get; set; } = "UpToDate";

    public JsonObject Definition() => new()
    {
        ["name"] = name,
        ["resource_group_name"] = "grp",
        ["uuid"] = $"id-{name}",
        ["props"] = StandInWorld.Map(Props),
        ["volume_definitions"] = new JsonArray([.. Sizes.Select(size => new JsonObject { ["volume_number"] = size.Key, ["size_kib"] = size.Value })]),
    };

    public IEnumerable<JsonObject> Copies() => Nodes.Select(node => Copy(node, [], "ssd", world.Provider, Disk))
        .Concat(Diskless.Select(node => Copy(node.Key, node.Value.Split(','), "DfltDisklessStorPool", "DISKLESS", "Diskless")));

    public JsonObject Snapshot(string snapshot) => new()
    {
        ["name"] = snapshot,
        ["resource_name"] = name,
        ["nodes"] = new JsonArray([.. Nodes.Select(node => JsonValue.Create(node))]),
        ["flags"] = new JsonArray("SUCCESSFUL"),
        ["uuid"] = $"id-{name}-{snapshot}",
        ["volume_definitions"] = new JsonArray([.. Sizes.Select(size => new JsonObject { ["volume_number"] = size.Key, ["size_kib"] = size.Value })]),
        ["snapshots"] = new JsonArray([.. Nodes.Select(node => new JsonObject
        {
            ["snapshot_name"] = snapshot, ["node_name"] = node, ["create_timestamp"] = Taken + Snapshots.IndexOf(snapshot),
        })]),
    };

    private JsonObject Copy(string node, string[] flags, string pool, string provider, string disk) => new()
    {
        ["name"] = name,
        ["node_name"] = node,
        ["flags"] = new JsonArray([.. flags.Select(flag => JsonValue.Create(flag))]),
        ["state"] = world.Nodes.GetValueOrDefault(node, "ONLINE") == "ONLINE" ? new JsonObject { ["in_use"] = InUse.Contains(node) } : new JsonObject(),
        ["volumes"] = new JsonArray([.. Sizes.Select(size => new JsonObject
        {
            ["volume_number"] = size.Key,
            ["storage_pool_name"] = pool,
            ["provider_kind"] = provider,
            ["device_path"] = string.Create(CultureInfo.InvariantCulture, $"/dev/drbd{1000 + size.Key}"),
            ["allocated_size_kib"] = size.Value / 2,
            ["usable_size_kib"] = size.Value,
            ["state"] = new JsonObject { ["disk_state"] = disk },
        })]),
    };
}
