using System.Globalization;
using System.Text.Json;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Pools;

/// <summary>
/// The pool as "zpool status -j --json-int" tells it. Only the devices count: a pool calls itself ONLINE while half of them
/// are FAULTED.
/// </summary>
/// <param name="State">The pool's own word.</param>
/// <param name="Guid">The pool's identity.</param>
/// <param name="Leaves">All devices in mirrors.</param>
/// <param name="Scan">The newest scrub or resilver; null if there was none.</param>
/// <param name="Errors">Stored bytes that are wrong.</param>
/// <param name="IsOwing">A copying was put off, or one by rebuilding runs.</param>
internal sealed record PoolView(string State, string Guid, IReadOnlyList<Leaf> Leaves, Scan? Scan, long Errors, bool IsOwing = false)
{
    public bool IsSuspended => State == "SUSPENDED";

    /// <summary>Every mirror has both drives, nothing is being copied, nothing is wrong.</summary>
    public bool IsWhole(IReadOnlyList<DrivePair> pairs) =>
        !IsSuspended && Errors == 0 && !IsOwing && !IsCopying && Scan is not { Kind: "resilver", Errors: > 0 }
        && Leaves.Count == 2 * pairs.Count && pairs.All(pair => IsGood(pair.Local) && IsGood(pair.Remote));

    /// <summary>A scrub only reads what is there.</summary>
    public bool IsCopying => Scan is { IsRunning: true, Kind: not "scrub" };

    /// <summary>When the newest scrub or copying began; empty if there was none.</summary>
    public string ScanBegun => Scan?.Begun ?? "";

    /// <summary>A drive gave back what was never written to it. A copying brings only what a drive missed; a scrub reads everything.</summary>
    public bool IsCorrupt => Leaves.Any(leaf => leaf.Corrupt > 0);

    /// <summary>
    /// A copying or scrub that began after that one came to its end without errors. One that runs or was cancelled has not reached
    /// everything, and one of before has not seen what was missed since: 'zpool clear' only makes ZFS forget to say so.
    /// </summary>
    /// <param name="before">When the newest one began that may have missed something.</param>
    /// <param name="mustRead">Only a scrub will do.</param>
    public bool IsCopiedSince(string? before, bool mustRead) =>
        before is not null && Scan is { Kind: "resilver" or "scrub", State: "finished", Errors: 0, Begun.Length: > 0 } && (!mustRead || Scan.Kind == "scrub")
        && IsLater(ScanBegun, before);

    /// <summary>
    /// Whether a scan began after another. One that was not on disk yet at a power cut is forgotten, and the newest is an older one then.
    /// </summary>
    public static bool IsLater(string begun, string before) =>
        begun.Length > 0 && (long.TryParse(begun, NumberStyles.None, CultureInfo.InvariantCulture, out var one)
            && long.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out var other) ? one > other : begun != before);

    public bool IsGood(Guid partition) => Of(partition) is { IsOnline: true, Errors: 0 };

    public Leaf? Of(Guid partition) => Leaves.FirstOrDefault(leaf => leaf.Partition == partition);

    public static Outcome<PoolView> Parse(string what, string pool, string output)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            var version = document.RootElement.GetProperty("output_version");
            if (version.GetProperty("command").GetString() != "zpool status" || version.GetProperty("vers_major").GetInt32() != 0)
            {
                return Faults.Odd(what, "'zpool status -j' has another version than 0.x");
            }

            var element = document.RootElement.GetProperty("pools").GetProperty(pool);
            var leaves = new List<Leaf>();
            Collect(element.GetProperty("vdevs"), "", leaves);
            return new PoolView(
                Text(element, "state"), element.GetProperty("pool_guid").GetRawText(), leaves, ReadScan(element),
                Count(element, "error_count"), Owes(element));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return Faults.Odd(what, "'zpool status -j' has another shape than expected");
        }
    }

    private static void Collect(JsonElement group, string mirror, List<Leaf> leaves)
    {
        foreach (var vdev in group.EnumerateObject())
        {
            if (vdev.Value.TryGetProperty("vdevs", out var below))
            {
                Collect(below, vdev.Name, leaves);
                continue;
            }

            var path = vdev.Value.TryGetProperty("path", out var given) ? given.GetString() : null;
            leaves.Add(new Leaf(
                vdev.Value.GetProperty("guid").GetRawText().Trim('"'), System.Guid.TryParseExact(Path.GetFileName(path), "D", out var partition) ? partition : null,
                mirror, Text(vdev.Value, "state"), ErrorsOf(vdev.Value),
                vdev.Value.TryGetProperty("scan_processed", out var copied) ? Number(copied) : 0,
                vdev.Value.TryGetProperty("checksum_errors", out var corrupt) ? Number(corrupt) : 0));
        }
    }

    private static Scan? ReadScan(JsonElement pool) => pool.TryGetProperty("scan_stats", out var scan)
        ? new Scan(Text(scan, "function").ToLowerInvariant(), Text(scan, "state").ToLowerInvariant(), Count(scan, "errors"), Count(scan, "issued"), Count(scan, "to_examine") - Count(scan, "skipped"), scan.TryGetProperty("start_time", out var begun) ? begun.ToString() : "")
        : null;

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    // A drive that is away is told by its state, with counters or without.
    private static long ErrorsOf(JsonElement leaf) => Text(leaf, "state") == "ONLINE" || leaf.TryGetProperty("read_errors", out _)
        ? Count(leaf, "read_errors") + Count(leaf, "write_errors") + Count(leaf, "checksum_errors")
        : 0;

    // A counter that is not there is no counter of zero.
    private static long Count(JsonElement element, string name) => Number(element.GetProperty(name));

    // Wherever in the pool it stands.
    private static bool Owes(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Any(field =>
            field.Name == "resilver_deferred"
            || (field.Name == "rebuild_stats" && !field.Value.ToString().Contains("COMPLETE", StringComparison.OrdinalIgnoreCase))
            || Owes(field.Value)),
        JsonValueKind.Array => element.EnumerateArray().Any(Owes),
        _ => false,
    };

    // Numbers in one version, the same as text in another.
    private static long Number(JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? value.GetInt64()
        : long.Parse(value.GetString() ?? "", NumberStyles.None, CultureInfo.InvariantCulture);
}
