using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;
using NodeAgent.Plugins.ZfsBackend.Tool;

namespace NodeAgent.Plugins.ZfsBackend.Pools;

/// <summary>
/// Reads "zpool status -j --json-int". The verdict looks at every device: a pool calls itself ONLINE while one of its
/// devices counts errors.
/// </summary>
internal static class PoolStatus
{
    public static Outcome<PoolReport> Parse(string what, string pool, string output)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            if (JsonVersion.Wrong(document.RootElement, "zpool status") is { } wrong)
            {
                return ToolFaults.Unparseable(what, wrong, output);
            }

            return Read(pool, document.RootElement.GetProperty("pools").GetProperty(pool));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return ToolFaults.Unparseable(what, "the output of 'zpool status -j' has another shape than expected", output);
        }
    }

    private static PoolReport Read(string pool, JsonElement element)
    {
        var state = element.GetProperty("state").GetString() ?? "";
        var remarks = new List<string>();
        var level = Level(state);
        if (element.TryGetProperty("status", out var status) && Sentence(status.GetString()) is { Length: > 0 } sentence)
        {
            remarks.Add(sentence);
        }

        level = Worse(level, Devices(element, remarks));
        if (element.TryGetProperty("error_count", out var errors) && errors.GetInt64() is > 0 and var count)
        {
            remarks.Add($"{count} errors in stored bytes; 'zpool status -v' names the files.");
            level = Worse(level, HealthLevel.Degraded);
        }

        return new PoolReport(pool, level, null, null, Activity(element, remarks), remarks, state)
        {
            Devices = [.. Leaves(element)],
            IsSuspended = state == "SUSPENDED",
        };
    }

    private static HealthLevel Devices(JsonElement parent, List<string> remarks)
    {
        var level = HealthLevel.Ok;
        foreach (var group in parent.EnumerateObject().Where(property => property.Value.ValueKind == JsonValueKind.Object && IsDevices(property.Name)))
        {
            foreach (var device in group.Value.EnumerateObject())
            {
                level = Worse(level, Device(device.Name, device.Value, remarks));
            }
        }

        return level;
    }

    private static bool IsDevices(string name) => name is "vdevs" or "dedup" or "special" or "logs" or "l2cache";

    // What ZFS waits for. A cache and a device that is out of use are not waited for; a file is no device.
    private static IEnumerable<string> Leaves(JsonElement parent) =>
        from children in parent.EnumerateObject()
        where children.Name is "vdevs" or "dedup" or "special" or "logs" && children.Value.ValueKind == JsonValueKind.Object
        from device in children.Value.EnumerateObject()
        from path in device.Value.TryGetProperty("vdevs", out _) ? Leaves(device.Value) : Path(device.Value)
        select path;

    private static IEnumerable<string> Path(JsonElement device) =>
        Word(device, "vdev_type") == "disk" && Level(device.GetProperty("state").GetString() ?? "") == HealthLevel.Ok
            && device.TryGetProperty("path", out var path) && path.GetString() is { } known ? [known] : [];

    private static HealthLevel Device(string name, JsonElement device, List<string> remarks)
    {
        var state = device.GetProperty("state").GetString() ?? "";
        var isLeaf = !device.TryGetProperty("vdevs", out _);
        var level = Level(state);
        if (isLeaf && level != HealthLevel.Ok)
        {
            // One lost leaf of a mirror costs redundancy, not the pool; the pool's own word says if it is lost.
            remarks.Add($"Device {name} is {state}.");
            level = HealthLevel.Degraded;
        }

        var errors = Count(device, "read_errors") + Count(device, "write_errors") + Count(device, "checksum_errors");
        if (isLeaf && errors > 0)
        {
            remarks.Add($"Device {name} has counted {errors} errors.");
            level = Worse(level, HealthLevel.Degraded);
        }

        if (isLeaf && Count(device, "slow_ios") is > 0 and var slow)
        {
            remarks.Add($"Device {name} has answered {slow} times late.");
        }

        return Worse(level, Devices(device, remarks));
    }

    private static long Count(JsonElement device, string name) => device.TryGetProperty(name, out var value) ? value.GetInt64() : 0;

    private static PoolActivity? Activity(JsonElement pool, List<string> remarks)
    {
        if (!pool.TryGetProperty("scan_stats", out var scan))
        {
            return null;
        }

        if (Count(scan, "errors") is > 0 and var errors)
        {
            remarks.Add($"The last {Word(scan, "function")} found {errors} errors.");
        }

        return Word(scan, "state") == "scanning"
            ? new PoolActivity(Word(scan, "function"), Count(scan, "issued"), Count(scan, "to_examine") - Count(scan, "skipped"))
            : null;
    }

    private static string Word(JsonElement element, string name) => (element.GetProperty(name).GetString() ?? "").ToLowerInvariant();

    private static HealthLevel Level(string state) => state switch
    {
        "ONLINE" or "AVAIL" or "INUSE" => HealthLevel.Ok,
        "DEGRADED" or "OFFLINE" => HealthLevel.Degraded,
        "FAULTED" or "UNAVAIL" or "SUSPENDED" or "REMOVED" => HealthLevel.Failed,
        _ => HealthLevel.Unknown,
    };

    // Not known is worse than degraded and better than failed.
    private static HealthLevel Worse(HealthLevel left, HealthLevel right) => Rank(left) >= Rank(right) ? left : right;

    private static int Rank(HealthLevel level) => level switch
    {
        HealthLevel.Ok => 0,
        HealthLevel.Degraded => 1,
        HealthLevel.Unknown => 2,
        _ => 3,
    };

    private static string Sentence(string? text) =>
        string.Join(' ', (text ?? "").Split(['\n', '\t', ' '], StringSplitOptions.RemoveEmptyEntries));
}
