using NodeAgent.Contract;

namespace NodeAgent.Plugins.ZfsBackend.Pools;

/// <summary>The pool that the backend lies in.</summary>
internal sealed class ZfsPools(Parts parts) : IPools
{
    public async Task<Outcome<IReadOnlyList<PoolReport>>> ListPoolsAsync(CancellationToken cancellation)
    {
        var pool = parts.Layout.Pool;
        var what = $"cannot look at pool {pool}";
        var status = await parts.Tool.LookAsync(what, "zpool", ["status", "-j", "--json-int", pool], cancellation);
        if (!status.IsOk)
        {
            return status.Fault;
        }

        var room = await parts.Tool.LookAsync(what, "zfs", ["list", "-j", "-p", "-o", "name,used,available", pool], cancellation);
        if (!room.IsOk)
        {
            return room.Fault;
        }

        var report = PoolStatus.Parse(what, pool, status.Value);
        var space = PoolRoom.Parse(what, room.Value);
        if (!report.IsOk || !space.IsOk)
        {
            return report.Fault ?? space.Fault!;
        }

        return new Outcome<IReadOnlyList<PoolReport>>([space.Value.ApplyTo(report.Value)]);
    }
}
