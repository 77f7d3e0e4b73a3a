using System.Globalization;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Pools;

/// <summary>What one half says about its pool, read from the device itself with "zdb -l -u".</summary>
/// <param name="Pool">The pool's name.</param>
/// <param name="PoolGuid">The pool's identity.</param>
/// <param name="IsExported">Closed in order by whoever wrote last.</param>
/// <param name="Txg">The newest transaction group that the device holds whole.</param>
/// <param name="HostId">The host that had the pool last; null if the label names none.</param>
/// <param name="HostName">Its name in the network; null if the label names none.</param>
/// <param name="WrittenAt">When its newest mark was written, by the clock of whoever wrote it; null if it does not say. Marks of multihost count.</param>
/// <param name="IsCopying">A drive of its mirror was being copied when it was written.</param>
internal sealed record Label(
    string Pool, string PoolGuid, bool IsExported, long Txg, uint? HostId = null, string? HostName = null, DateTimeOffset? WrittenAt = null, bool IsCopying = false)
{
    private const string Exported = "1";

    // The year 9999: what is later is no time.
    private const long Latest = 253_402_300_799;

    /// <summary>The label; null if the device has none that can be read.</summary>
    public static Label? Parse(string output)
    {
        var lines = output.Split('\n').Select(line => line.Trim()).ToList();
        string? Value(string key) => lines.Find(line => line.StartsWith(key + ": ", StringComparison.Ordinal))?[(key.Length + 2)..];
        var txgs = lines.Where(line => line.StartsWith("txg = ", StringComparison.Ordinal))
            .Select(line => long.TryParse(line.AsSpan("txg = ".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var txg) ? txg : 0).ToList();
        var marks = lines.Where(line => line.StartsWith("timestamp = ", StringComparison.Ordinal))
            .Select(line => long.TryParse(line.Split(' ')[2], NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= Latest ? at : 0).ToList();
        return Value("name") is { } name && Value("pool_guid") is { } guid && Value("state") is { } state && txgs.Count > 0
            ? new Label(
                name.Trim('\''), guid, state == Exported, txgs.Max(),
                uint.TryParse(Value("hostid"), NumberStyles.None, CultureInfo.InvariantCulture, out var host) ? host : null, Value("hostname")?.Trim('\''),
                marks.Count > 0 && marks.Max() is > 0 and var newest ? DateTimeOffset.FromUnixTimeSeconds(newest) : null, Value("resilver_txg") is not null)
            : null;
    }
}
