using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace NodeAgent.Tests.Plugins.Linstor.Controller;

/// <summary>What a controller knows: two nodes with a pool each, a group, and what was made of it.</summary>
internal sealed class StandInWorld
{
    public Dictionary<string, string> Nodes { get; } = new(StringComparer.Ordinal) { ["n1"] = "ONLINE", ["n2"] = "ONLINE" };

    /// <summary>KiB that are free in the pool of a node.</summary>
    public Dictionary<string, long> Free { get; } = new(StringComparer.Ordinal) { ["n1"] = 1 << 20, ["n2"] = 1 << 20 };

    public string Provider { get; set; } = "LVM_THIN";

    public Dictionary<string, string> GroupProps { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, StandInResource> Resources { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Instead of doing what a request beginning so asks for: these entries.</summary>
    public Dictionary<string, JsonArray> Says { get; } = new(StringComparer.Ordinal);

    /// <summary>After a change: what the kernel of this node makes of it.</summary>
    public Action<string>? Changed { get; set; }

    public JsonNode Answer(string method, string path, IQueryCollection query, JsonElement body)
    {
        lock (Nodes)
        {
            if (Says.FirstOrDefault(entry => $"{method} {path}".StartsWith(entry.Key, StringComparison.Ordinal)).Value is { } said)
            {
                return said.DeepClone();
            }

            var parts = path.Split('/')[2..];
            var answer = method == "GET" ? Look(parts, query) : Change(method, parts, body);
            if (method != "GET")
            {
                Changed?.Invoke($"{method} {path}");
            }

            return answer;
        }
    }

    private JsonNode Look(string[] parts, IQueryCollection query) => parts switch
    {
        ["controller", "version"] => new JsonObject { ["version"] = "1.33.1", ["rest_api_version"] = "1.27.0", ["git_hash"] = "0" },
        ["nodes"] => new JsonArray([.. Nodes.Select(node => new JsonObject { ["name"] = node.Key, ["type"] = "SATELLITE", ["connection_status"] = node.Value })]),
        ["view", "storage-pools"] => new JsonArray([.. Free.Select(pool => new JsonObject
        {
            ["storage_pool_name"] = "ssd", ["node_name"] = pool.Key, ["provider_kind"] = Provider, ["free_capacity"] = pool.Value, ["total_capacity"] = 2 << 20,
            ["supports_snapshots"] = Provider != "LVM",
        })]),
        ["physical-storage"] => JsonNode.Parse("""[{"size":107374182400,"rotational":false,"nodes":{"n1":[{"device":"/dev/sdb","model":"VIRT"}],"n2":[{"device":"/dev/sdc","serial":"S1"}]}}]""")!,
        ["resource-groups"] => new JsonArray(new JsonObject
        {
            ["name"] = "grp", ["props"] = Map(GroupProps), ["select_filter"] = new JsonObject { ["place_count"] = 2, ["storage_pool_list"] = new JsonArray("ssd") },
        }),
        ["resource-definitions"] => new JsonArray([.. Asked(query, "resource_definitions").Select(resource => resource.Definition())]),
        ["view", "resources"] => new JsonArray([.. Asked(query, "resources").SelectMany(resource => resource.Copies())]),
        ["resource-definitions", var name, "snapshots"] => Resources.TryGetValue(name, out var of)
            ? new JsonArray([.. of.Snapshots.Select(snapshot => of.Snapshot(snapshot))])
            : new JsonArray(Rc.Bad(301, $"Resource definition '{name}' not found.")),
        _ => throw new InvalidOperationException(string.Join('/', parts)),
    };

    private JsonArray Change(string method, string[] parts, JsonElement body) => (method, parts) switch
    {
        ("POST", ["resource-groups", "grp", "spawn"]) => Spawn(body),
        ("POST", ["resource-groups", ..]) => new JsonArray(Rc.Bad(317, "Resource group not found.")),
        ("POST", ["resource-definitions"]) => Define(body.GetProperty("resource_definition")),
        ("POST", ["actions", "snapshot", "multi"]) => new JsonArray([.. body.GetProperty("snapshots").EnumerateArray().Select(snapshot => TakeSnapshot(Text(snapshot, "resource_name"), Text(snapshot, "name")))]),
        (_, ["resource-definitions", var name, ..]) when !Resources.ContainsKey(name) => new JsonArray(Rc.Bad(301, $"Resource definition '{name}' not found.", "It was never made.", "Make it first.")),
        ("DELETE", ["resource-definitions", var name]) => Delete(name),
        ("POST", ["resource-definitions", var name, "autoplace"]) => Place(Resources[name], body.GetProperty("select_filter")),
        ("PUT", ["resource-definitions", var name, "volume-definitions", var number]) => Resize(Resources[name], Number(number), body.GetProperty("size_kib").GetInt64()),
        ("DELETE", ["resource-definitions", var name, "volume-definitions", var number]) => Done(() => Resources[name].Sizes.Remove(Number(number)), 2),
        ("POST", ["resource-definitions", var name, "snapshots"]) => new JsonArray(TakeSnapshot(name, Text(body, "name"))),
        ("DELETE", ["resource-definitions", var name, "snapshots", var snapshot]) => Resources[name].Snapshots.Remove(snapshot)
            ? new JsonArray(Rc.Good(2, "Snapshot deleted.")) : new JsonArray(Rc.Warn(3000, "Snapshot not found.")),
        ("POST", ["resource-definitions", var name, "snapshot-rollback", var snapshot]) => Rollback(Resources[name], snapshot),
        ("POST", ["resource-definitions", var name, "snapshot-restore-volume-definition", _]) => Done(() => Resources[Text(body, "to_resource")].Sizes[0] = Resources[name].Sizes[0], 1),
        ("POST", ["resource-definitions", _, "snapshot-restore-resource", _]) => Done(
            () => Resources[Text(body, "to_resource")].Nodes.AddRange(body.GetProperty("nodes").EnumerateArray().Select(node => node.GetString()!)), 1),
        _ => throw new InvalidOperationException($"{method} {string.Join('/', parts)}"),
    };

    private JsonArray Spawn(JsonElement body)
    {
        var name = Text(body, "resource_definition_name");
        if (Resources.ContainsKey(name))
        {
            return [Rc.Bad(501, $"Resource definition '{name}' already exists.")];
        }

        var resource = new StandInResource(this, name) { Props = Strings(body.GetProperty("resource_definition_props")) };
        resource.Sizes[0] = body.GetProperty("volume_sizes")[0].GetInt64();
        Resources[name] = resource;
        JsonArray made = [Rc.Good(1, $"New resource definition '{name}' created.")];
        foreach (var entry in Place(resource, body.GetProperty("select_filter")).ToList())
        {
            made.Add(entry!.DeepClone());
        }

        return made;
    }

    private JsonArray Place(StandInResource resource, JsonElement filter)
    {
        var wanted = filter.GetProperty("node_name_list").EnumerateArray().Select(node => node.GetString()!).ToList();
        var fit = wanted.Where(node => Nodes[node] == "ONLINE" && Free[node] >= resource.Sizes[0]).ToList();
        if (fit.Count < filter.GetProperty("place_count").GetInt32())
        {
            return [Rc.Bad(996, "Not enough available nodes", details: $"Not enough nodes fulfilling the following auto-place criteria:\n * the storage pools have to have at least '{resource.Sizes[0]}' free space")];
        }

        resource.Nodes.AddRange(fit.Except(resource.Nodes));
        return [Rc.Good(1, $"Resource '{resource.Name}' successfully autoplaced on 2 nodes")];
    }

    private JsonArray Define(JsonElement definition)
    {
        var name = Text(definition, "name");
        return Resources.TryAdd(name, new StandInResource(this, name) { Props = Strings(definition.GetProperty("props")) })
            ? [Rc.Good(1, "created")] : [Rc.Bad(501, $"Resource definition '{name}' already exists.")];
    }

    private JsonArray Delete(string name)
    {
        var resource = Resources[name];
        return resource.InUse.Count > 0 ? [Rc.Bad(997, $"Resource '{name}' is still in use.", "Resource is mounted/in use.", $"Un-mount resource '{name}' on the node '{resource.InUse[0]}'.")]
            : resource.Snapshots.Count > 0 ? [Rc.Bad(514, $"Resource definition '{name}' has snapshots.")]
            : Done(() => Resources.Remove(name), 2);
    }

    private static JsonArray Resize(StandInResource resource, int number, long kib) => kib < resource.Sizes[number]
        ? [Rc.Bad(206, "Deployed volumes can only grow in size, not shrink.")]
        : Done(() => resource.Sizes[number] = kib, 3);

    private JsonObject TakeSnapshot(string name, string snapshot) => Resources[name].Snapshots.Contains(snapshot)
        ? Rc.Bad(514, "A snapshot of that name exists.")
        : Done(() => Resources[name].Snapshots.Add(snapshot), 1)[0]!.DeepClone().AsObject();

    private static JsonArray Rollback(StandInResource resource, string snapshot) => resource.InUse.Count > 0
        ? [Rc.Bad(997, $"Resource '{resource.Name}' is still in use.")]
        : resource.Snapshots.Contains(snapshot) ? [Rc.Good(3, "rolled back")] : [Rc.Bad(313, "Snapshot definition not found.")];

    private IEnumerable<StandInResource> Asked(IQueryCollection query, string key) =>
        Resources.Values.Where(resource => query[key].Count == 0 || query[key].Contains(resource.Name, StringComparer.OrdinalIgnoreCase));

    private static JsonArray Done(Action change, int number)
    {
        change();
        return [Rc.Good(number, "done")];
    }

    internal static JsonObject Map(IReadOnlyDictionary<string, string> props) => new(props.Select(prop => KeyValuePair.Create<string, JsonNode?>(prop.Key, prop.Value)));

    private static Dictionary<string, string> Strings(JsonElement map) => map.EnumerateObject().ToDictionary(item => item.Name, item => item.Value.GetString()!, StringComparer.Ordinal);

    private static string Text(JsonElement body, string name) => body.GetProperty(name).GetString()!;

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
