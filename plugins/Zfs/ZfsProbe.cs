using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;
using NodeAgent.Plugins.ZfsBackend.Pools;
using NodeAgent.Plugins.ZfsBackend.Tool;

namespace NodeAgent.Plugins.ZfsBackend;

/// <summary>Looks whether the backend can work here: tool, module, pool, root. Changes nothing.</summary>
internal sealed class ZfsProbe(Parts parts)
{
    private static readonly Version Oldest = new(2, 3);

    public async Task<Outcome<BackendHealth>> LookAsync(CancellationToken cancellation)
    {
        var what = $"cannot probe backend {parts.Layout.Backend}";
        var version = await parts.Tool.LookAsync(what, "zfs", ["version", "-j"], cancellation);
        if (!version.IsOk)
        {
            return version.Fault;
        }

        var read = ReadVersion(what, version.Value);
        if (!read.IsOk)
        {
            return read.Fault;
        }

        var pools = await new ZfsPools(parts).ListPoolsAsync(cancellation);
        if (!pools.IsOk)
        {
            return pools.Fault.Code == FaultCode.DataPathUnavailable
                ? new BackendHealth(HealthLevel.Failed, $"zfs {read.Value}", [pools.Fault.ToString()])
                : pools.Fault;
        }

        var pool = pools.Value[0];
        var remarks = new List<string>(pool.Remarks);
        var level = pool.Health;
        if (Version.TryParse(Numbers(read.Value), out var number) && number < Oldest)
        {
            remarks.Add($"ZFS {read.Value} is too old: the agent needs 2.3 for JSON output.");
            level = HealthLevel.Failed;
        }

        if (pool.IsSuspended)
        {
            return new BackendHealth(level, $"zfs {read.Value}", remarks);
        }

        var root = await RootAsync(what, remarks, cancellation);
        return root.IsOk ? new BackendHealth(level, $"zfs {read.Value}", remarks) : root.Fault!;
    }

    /// <summary>The kernel module's version, without "zfs-kmod-".</summary>
    internal static Outcome<string> ReadVersion(string what, string output)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            if (JsonVersion.Wrong(document.RootElement, "zfs version") is { } wrong)
            {
                return ToolFaults.Unparseable(what, wrong, output);
            }

            var kernel = document.RootElement.GetProperty("zfs_version").GetProperty("kernel").GetString() ?? "";
            return kernel.Replace("zfs-kmod-", "", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return ToolFaults.Unparseable(what, "the output of 'zfs version -j' has another shape than expected", output);
        }
    }

    private async Task<Outcome> RootAsync(string what, List<string> remarks, CancellationToken cancellation)
    {
        var layout = parts.Layout;
        var output = await parts.Tool.LookAsync(
            what, "zfs", ["list", "-j", "-p", "-o", "name,mountpoint,sync", layout.Root], cancellation);
        if (!output.IsOk)
        {
            remarks.Add($"Dataset {layout.Root} does not exist yet; it is made with the first unit.");
            return output.Fault.Code == FaultCode.NotFound ? Outcome.Done : output.Fault;
        }

        var rows = DatasetListing.Parse(what, output.Value);
        if (!rows.IsOk || rows.Value.Count != 1)
        {
            return rows.WithoutValue();
        }

        if (rows.Value[0].Text("mountpoint") is not ['/', ..])
        {
            remarks.Add($"Dataset {layout.Root} has no mountpoint: filesystems cannot be used. Set one: 'zfs set mountpoint=/… {layout.Root}'.");
        }

        if (rows.Value[0].Text("sync") == "disabled")
        {
            remarks.Add($"Dataset {layout.Root} has sync=disabled: a power cut loses acknowledged writes. Set it back: 'zfs inherit sync {layout.Root}'.");
        }

        return Outcome.Done;
    }

    private static string Numbers(string version) => new([.. version.TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]);
}
