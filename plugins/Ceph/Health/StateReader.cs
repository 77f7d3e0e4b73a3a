using System.Text.Json.Nodes;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;

namespace NodeAgent.Plugins.CephBackend.Health;

/// <summary>Reads a cluster's state with five monitor commands, however many images it has.</summary>
internal static class StateReader
{
    public const int Commands = 5;

    /// <summary>Asks the cluster.</summary>
    /// <param name="connection">The cluster.</param>
    /// <param name="silent">Disks that did not answer.</param>
    /// <param name="what">What it is read for.</param>
    public static Outcome<ClusterState> Read(Connection connection, IReadOnlySet<int> silent, string what)
    {
        // Asked first: monitors without a quorum go on telling the last status, but they do not answer this.
        var quorum = Ask(connection, "quorum_status", what);
        var status = Ask(connection, "status", what);
        if (!status.IsOk)
        {
            return status.Fault;
        }

        if (!quorum.IsOk)
        {
            return Parse(status.Value!, null, null, null, silent, what) is { IsOk: true } last
                ? last.Value with { Quorum = [] }
                : quorum.Fault;
        }

        var map = Ask(connection, "osd dump", what);
        var disks = map.IsOk ? connection.Command(new JsonObject { ["prefix"] = "osd df", ["output_method"] = "tree" }, what) : map;
        var room = disks.IsOk ? Ask(connection, "df", what) : disks;
        return room.IsOk ? Parse(status.Value!, map.Value, disks.Value, room.Value, silent, what) : room.Fault;
    }

    /// <summary>Understands the answers; those that are missing leave their part empty.</summary>
    public static Outcome<ClusterState> Parse(
        JsonNode status, JsonNode? map, JsonNode? disks, JsonNode? room, IReadOnlySet<int> silent, string what)
    {
        try
        {
            var groups = status["pgmap"]!;
            return new ClusterState(
                Text(status["monmap"]?["min_mon_release_name"]),
                Text(status["health"]?["status"]),
                Checks(status["health"]?["checks"]),
                (int)Number(status["monmap"]?["num_mons"]),
                [.. Items(status["quorum_names"]).Select(Text)],
                status["mgrmap"]?["available"]?.GetValue<bool>() == true,
                Disks(map, disks, silent),
                Items(groups["pgs_by_state"]).ToDictionary(g => Text(g["state_name"]), g => (int)Number(g["count"]), StringComparer.Ordinal),
                Pools(map, room),
                Recovery(groups),
                (long)Number(groups["bytes_total"]),
                (long)Number(groups["bytes_used"]),
                Number(map?["nearfull_ratio"], 0.85),
                Number(map?["full_ratio"], 0.95))
            {
                SlowOperations = (long)Number(status["health"]?["checks"]?["SLOW_OPS"]?["summary"]?["count"]),
                ShutOutClients = (map?["blocklist"] as JsonObject)?.Count,
            };
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or NullReferenceException or FormatException or OverflowException or ArgumentException)
        {
            return new Fault(
                FaultCode.Unparseable, what, $"the monitors' answer is not what it was in any Ceph known: {wrong.Message}", "See which Ceph runs: ceph versions.", Retry.Never);
        }
    }

    private static Outcome<JsonNode?> Ask(Connection connection, string command, string what)
    {
        var answer = connection.Command(new JsonObject { ["prefix"] = command }, what);
        return answer is { IsOk: true, Value: null }
            ? new Fault(FaultCode.Unparseable, what, $"'{command}' answered nothing", "See which Ceph runs: ceph versions.", Retry.Later)
            : answer;
    }

    private static Dictionary<string, string> Checks(JsonNode? checks) => (checks as JsonObject ?? [])
        .ToDictionary(c => c.Key, c => Text(c.Value?["summary"]?["message"]), StringComparer.Ordinal);

    private static List<OsdState> Disks(JsonNode? map, JsonNode? disks, IReadOnlySet<int> silent)
    {
        var nodes = Items(disks?["nodes"]).ToList();
        var hosts = nodes.Where(n => Text(n["type"]) == "host")
            .SelectMany(h => Items(h["children"]).Select(c => (Osd: (int)Number(c), Host: Text(h["name"]))))
            .DistinctBy(p => p.Osd).ToDictionary(p => p.Osd, p => p.Host);
        var sizes = nodes.Where(n => Text(n["type"]) == "osd").DistinctBy(n => (int)Number(n["id"])).ToDictionary(n => (int)Number(n["id"]));
        return [.. Items(map?["osds"]).Select(o => (int)Number(o["osd"])).Zip(Items(map?["osds"]), (id, o) => new OsdState(
            id, hosts.GetValueOrDefault(id, ""), Number(o["up"]) != 0, Number(o["in"]) != 0, silent.Contains(id),
            (long)Number(sizes.GetValueOrDefault(id)?["kb"]) * 1024, (long)Number(sizes.GetValueOrDefault(id)?["kb_used"]) * 1024))];
    }

    private static List<PoolState> Pools(JsonNode? map, JsonNode? room)
    {
        var profiles = map?["erasure_code_profiles"];
        var stats = Items(room?["pools"]).ToDictionary(p => Text(p["name"]), p => p["stats"], StringComparer.Ordinal);
        return [.. Items(map?["pools"]).Select(p =>
        {
            var profile = profiles?[Text(p["erasure_code_profile"])];
            var isErasure = Number(p["type"]) == 3;
            var stat = stats.GetValueOrDefault(Text(p["pool_name"]));
            return new PoolState(
                Text(p["pool_name"]), (int)Number(p["size"]), (int)Number(p["min_size"]),
                isErasure ? int.Parse(Text(profile?["k"]), System.Globalization.CultureInfo.InvariantCulture) : 1, isErasure,
                Text(p["flags_names"]).Split(',').Contains("full", StringComparer.Ordinal),
                (long)Number(stat?["stored"]), (long)Number(stat?["max_avail"]));
        })];
    }

    private static RecoveryState? Recovery(JsonNode groups)
    {
        var missing = (long)(Number(groups["degraded_objects"]) + Number(groups["misplaced_objects"]));
        return missing == 0 ? null : new RecoveryState(missing, Number(groups["recovering_objects_per_sec"]), Number(groups["recovering_bytes_per_sec"]));
    }

    private static IEnumerable<JsonNode> Items(JsonNode? array) => (array as JsonArray ?? []).OfType<JsonNode>();

    private static string Text(JsonNode? value) => value?.GetValue<string>() ?? "";

    private static double Number(JsonNode? value, double otherwise = 0) => value?.GetValue<double>() ?? otherwise;
}
