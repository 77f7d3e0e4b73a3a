using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;
using NodeAgent.Plugins.ZfsBackend.Tool;

namespace NodeAgent.Plugins.ZfsBackend.Pools;

/// <summary>
/// Room as a dataset sees it. "zpool list" counts parity and what ZFS keeps back for itself: too good to be true.
/// </summary>
internal sealed record PoolRoom(long Used, long Available)
{
    private const double Crowded = 0.80;

    /// <summary>What may still be written where the units are, by quotas and reservations of datasets; null: as much as in the pool.</summary>
    public long? Limit { get; init; }

    public static Outcome<PoolRoom> Parse(string what, string output)
    {
        var rows = DatasetListing.Parse(what, output);
        if (!rows.IsOk)
        {
            return rows.Fault;
        }

        if (rows.Value.Count != 1)
        {
            return ToolFaults.Unparseable(what, $"'zfs list' tells of {rows.Value.Count} datasets where one was asked for");
        }

        var reader = new RowReader();
        var room = new PoolRoom(reader.Required(rows.Value[0], "used"), reader.Required(rows.Value[0], "available"));
        return reader.Wrong is null ? room : ToolFaults.Unparseable(what, reader.Wrong);
    }

    public PoolReport ApplyTo(PoolReport report)
    {
        var total = Used + Available;
        var crowded = total > 0 && Used > Crowded * total;
        return report with
        {
            CapacityBytes = total,
            AvailableBytes = Math.Min(Available, Limit ?? Available),
            Health = crowded && report.Health == HealthLevel.Ok ? HealthLevel.Degraded : report.Health,
            Remarks = crowded ? [.. report.Remarks, $"The pool is {100 * Used / total} % full; above 80 % ZFS gets slow."] : report.Remarks,
        };
    }
}
