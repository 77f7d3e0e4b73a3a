using System.Text.Json.Nodes;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Health;

/// <summary>Reads a cluster's state with seven monitor commands at most, however many images it has.</summary>
internal static class StateReader
{
    public const int Commands = 7;

    /// <summary>Asks the cluster.</summary>
    /// <param name="connection">The cluster.</param>
    /// <param name="silent">Disks that did not answer.</param>
    /// <param name="what">What it is read for.</param>
    public static Outcome<ClusterState> Read(Connection connection, IReadOnlySet<int> silent, string what) =>
        Read(command => connection.Command(command, what), silent, what);

    /// <summary>Asks what answers commands.</summary>
    public static Outcome<ClusterState> Read(Func<JsonObject, Outcome<JsonNode?>> ask, IReadOnlySet<int> silent, string what)
    {
        // Asked first: monitors without a quorum go on telling the last status, but they do not answer this.
        var quorum = Ask(ask, "quorum_status", what);
        var status = Ask(ask, "status", what);
        if (!status.IsOk)
        {
            return status.Fault;
        }

        if (!quorum.IsOk)
        {
            return Parse(status.Value!, null, null, null, null, silent, what) is { IsOk: true } last
                ? last.Value with { Quorum = [] }
                : quorum.Fault;
        }

        var map = Ask(ask, "osd dump", what);
        var disks = map.IsOk ? Disks(ask, status.Value!, what) : map.Fault;
        return disks.IsOk ? Whole(ask, status.Value!, map.Value, disks.Value, silent, what) : disks.Fault;
    }

    // The one command that the manager answers, by way of a monitor. While it is away the monitors still know which disk is where, and nobody how full it is.
    private static Outcome<(JsonNode? Told, bool IsManager)> Disks(Func<JsonObject, Outcome<JsonNode?>> ask, JsonNode status, string what)
    {
        if (HasManager(status))
        {
            var figures = ask(new JsonObject { ["prefix"] = "osd df", ["output_method"] = "tree" });
            if (figures.IsOk || !IsSilence(figures.Fault))
            {
                return figures.Map(nodes => (nodes, true));
            }
        }

        return Ask(ask, "osd tree", what).Map(nodes => (nodes, false));
    }

    private static Outcome<ClusterState> Whole(
        Func<JsonObject, Outcome<JsonNode?>> ask, JsonNode status, JsonNode? map, (JsonNode? Told, bool IsManager) disks, IReadOnlySet<int> silent, string what)
    {
        var room = Ask(ask, "df", what);
        var rules = Ask(ask, "osd crush rule dump", what);
        return new[] { room, rules }.FirstOrDefault(told => !told.IsOk && !IsSilence(told.Fault)) is { Fault: { } refused } ? refused
            : Parse(status, map, disks.Told, room.IsOk ? room.Value : null, rules.IsOk ? rules.Value : null, silent, what).Map(state => state with { HasManager = disks.IsManager });
    }

    // Other refusals, such as a missing right, have a remedy that must be told.
    private static bool IsSilence(Fault fault) => fault.Code is FaultCode.TimedOut || fault.Facts.GetValueOrDefault(CephFaults.Number) is "11" or "107";

    private static bool HasManager(JsonNode status) => status["mgrmap"]?["available"] is JsonValue told && told.TryGetValue<bool>(out var isThere) && isThere;

    /// <summary>Understands the answers; those that are missing leave their part empty.</summary>
    public static Outcome<ClusterState> Parse(
        JsonNode status, JsonNode? map, JsonNode? disks, JsonNode? room, JsonNode? rules, IReadOnlySet<int> silent, string what)
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
                HasManager(status),
                Disks(map, disks, silent),
                Items(groups["pgs_by_state"]).ToDictionary(g => Text(g["state_name"]), g => (int)Number(g["count"]), StringComparer.Ordinal),
                Pools(map, room, rules),
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

    private static Outcome<JsonNode?> Ask(Func<JsonObject, Outcome<JsonNode?>> ask, string command, string what)
    {
        var answer = ask(new JsonObject { ["prefix"] = command });
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
            Bytes(sizes.GetValueOrDefault(id)?["kb"], 1024), Bytes(sizes.GetValueOrDefault(id)?["kb_used"], 1024)))];
    }

    private static List<PoolState> Pools(JsonNode? map, JsonNode? room, JsonNode? rules)
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
                Bytes(stat?["stored"]), Bytes(stat?["max_avail"]))
            {
                PerHost = p["crush_rule"] is { } rule ? CrushSpread.PerHost(rules, (int)Number(rule), (int)Number(p["size"])) : null,
            };
        })];
    }

    private static RecoveryState? Recovery(JsonNode groups)
    {
        var missing = (long)(Number(groups["degraded_objects"]) + Number(groups["misplaced_objects"]));
        return missing == 0 ? null : new RecoveryState(missing, Number(groups["recovering_objects_per_sec"]), Number(groups["recovering_bytes_per_sec"]));
    }

    private static IEnumerable<JsonNode> Items(JsonNode? array) => (array as JsonArray ?? []).OfType<JsonNode>();

    private static string Text(JsonNode? value) => value?.GetValue<string>() ?? "";

    private static long? Bytes(JsonNode? value, int unit = 1) => value is null ? null : (long)Number(value) * unit;

    private static double Number(JsonNode? value, double otherwise = 0) => value?.GetValue<double>() ?? otherwise;
}
