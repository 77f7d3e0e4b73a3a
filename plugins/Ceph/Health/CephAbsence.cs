using System.Globalization;
using System.Text.Json.Nodes;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;

namespace NodeAgent.Plugins.CephBackend.Health;

/// <summary>
/// Whether the cluster goes on without a node: Ceph's own ok-to-stop for its disks and its monitor. The manager answers that by
/// what disks told it last, and for some seconds after a disk failed says yes; so the groups are counted by the newest map, too.
/// </summary>
internal sealed class CephAbsence(UnitGate gate) : INodeAbsence
{
    /// <inheritdoc/>
    public Task<Outcome<NodeAbsence>> LookAsync(NodeId node, IReadOnlyList<NodeId> away, CancellationToken cancellation)
    {
        var what = $"cannot tell whether {node} may go away";
        return gate.LookAsync(what, connection => Look(connection, node.Value, [.. away.Select(other => other.Value)], what), cancellation);
    }

    private static Outcome<NodeAbsence> Look(Connection connection, string node, IReadOnlyList<string> away, string what)
    {
        var tree = connection.Command(new JsonObject { ["prefix"] = "osd tree" }, what);
        var monitors = tree.IsOk ? connection.Command(new JsonObject { ["prefix"] = "mon metadata" }, what) : tree;
        var groups = monitors.IsOk ? connection.Command(new JsonObject { ["prefix"] = "pg dump", ["dumpcontents"] = new JsonArray("pgs_brief") }, what) : monitors;
        var map = groups.IsOk ? connection.Command(new JsonObject { ["prefix"] = "osd dump" }, what) : groups;
        var daemons = map.IsOk ? connection.Command(new JsonObject { ["prefix"] = "osd metadata" }, what) : map;
        if (!daemons.IsOk)
        {
            return daemons.Fault;
        }

        // Of those that may be away, too, nothing is asked unless this node adds to it.
        var (disks, own) = (Disks(tree.Value, daemons.Value, node), Monitors(monitors.Value, node));
        List<string> allDisks = disks.Count == 0 ? [] : [.. disks.Union(away.SelectMany(other => Disks(tree.Value, daemons.Value, other)), StringComparer.Ordinal)];
        List<string> allMonitors = own.Count == 0 ? [] : [.. own.Union(away.SelectMany(other => Monitors(monitors.Value, other)), StringComparer.Ordinal)];
        var besides = away.Count == 0 ? "" : $" (with {string.Join(" and ", away)}, drained already, off as well)";
        var objections = new List<string>(Short(map.Value, groups.Value, allDisks, besides));
        foreach (var (prefix, ids, names) in new[] { ("osd ok-to-stop", allDisks, allDisks.Select(id => "osd." + id)), ("mon ok-to-stop", allMonitors, allMonitors.Select(id => "mon." + id)) })
        {
            var asked = ids.Count == 0 ? null
                : connection.Command(new JsonObject { ["prefix"] = prefix, ["ids"] = new JsonArray([.. ids.Select(id => (JsonNode)id)]) }, what).Fault;
            if (asked is { Code: not FaultCode.InUse })
            {
                return asked;
            }

            if (asked is not null)
            {
                objections.Add($"Ceph says that {string.Join(", ", names)} cannot be stopped now{besides}: {asked.Native?.Split(", error ")[0]}.");
            }
        }

        return new NodeAbsence([.. disks.Select(id => "osd." + id), .. own.Select(id => "mon." + id)], objections);
    }

    private static IEnumerable<string> Short(JsonNode? map, JsonNode? groups, IReadOnlyList<string> disks, string besides)
    {
        var up = Items(map?["osds"]).Where(osd => osd["up"]!.GetValue<int>() != 0).Select(osd => osd["osd"]!.GetValue<int>().ToString(CultureInfo.InvariantCulture)).ToHashSet(StringComparer.Ordinal);
        var pools = Items(map?["pools"]).ToDictionary(
            pool => pool["pool"]!.GetValue<int>().ToString(CultureInfo.InvariantCulture), pool => (Name: pool["pool_name"]!.GetValue<string>(), Least: pool["min_size"]!.GetValue<int>()), StringComparer.Ordinal);
        var stopping = Items(groups as JsonArray ?? groups?["pg_stats"])
            .Select(group => (Pool: pools.GetValueOrDefault(group["pgid"]!.GetValue<string>().Split('.')[0]), On: Items(group["acting"]).Select(osd => osd.ToString()).ToList()))
            .Where(group => group.On.Exists(disks.Contains) && group.On.Except(disks, StringComparer.Ordinal).Count(up.Contains) < group.Pool.Least).ToList();
        return stopping.Count == 0 ? []
            : [$"{stopping.Count} placement groups would have fewer copies than their pools need to serve anybody (min_size){besides}: {string.Join(", ", stopping.Select(group => group.Pool.Name).Distinct().Order(StringComparer.Ordinal))}."];
    }

    private static IEnumerable<JsonNode> Items(JsonNode? array) => (array as JsonArray ?? []).OfType<JsonNode>();

    // A host may be called otherwise in the CRUSH map, or there twice: each disk also tells on which it runs. Those that are down serve nobody.
    private static List<string> Disks(JsonNode? tree, JsonNode? daemons, string node)
    {
        var nodes = Items(tree?["nodes"]).ToList();
        var ids = nodes.Where(one => one["type"]?.GetValue<string>() == "host" && IsNode(one["name"], node))
            .SelectMany(host => Items(host["children"]).Select(child => child.GetValue<int>()))
            .Concat(Items(daemons).Where(one => IsNode(one["hostname"], node)).Select(one => one["id"]!.GetValue<int>())).ToHashSet();
        return [.. nodes.Where(one => one["type"]?.GetValue<string>() == "osd" && one["status"]?.GetValue<string>() == "up")
            .Select(one => one["id"]!.GetValue<int>()).Where(ids.Contains).Order().Select(id => id.ToString(CultureInfo.InvariantCulture))];
    }

    // A monitor is called as its host is, or tells on which it runs.
    private static List<string> Monitors(JsonNode? metadata, string node) =>
        [.. Items(metadata).Where(one => IsNode(one["name"], node) || IsNode(one["hostname"], node))
            .Select(one => one["name"]!.GetValue<string>()).Order(StringComparer.Ordinal)];

    private static bool IsNode(JsonNode? name, string node) => name?.GetValue<string>() is { } text && (text == node || text.Split('.')[0] == node);
}
