using NodeAgent.Contract;

namespace NodeAgent.Plugins.ZfsBackend.Pools;

/// <summary>The pool that the backend lies in.</summary>
internal sealed class ZfsPools(Parts parts) : IPools
{
    public async Task<Outcome<IReadOnlyList<PoolReport>>> ListPoolsAsync(CancellationToken cancellation)
    {
        var pool = parts.Layout.Pool;
        var what = $"cannot look at pool {pool}";
        var status = await parts.Tool.StatusAsync(what, cancellation);
        var report = status.IsOk ? PoolStatus.Parse(what, pool, status.Value) : status.Fault;
        if (!report.IsOk)
        {
            return report.Fault;
        }

        if (report.Value.IsSuspended)
        {
            // Whatever else is asked fails or waits for ever, and that it is suspended is what must be known.
            return new Outcome<IReadOnlyList<PoolReport>>([report.Value]);
        }

        var room = await parts.Tool.LookAsync(what, "zfs", ["list", "-j", "-p", "-o", "name,used,available", pool], cancellation);
        if (!room.IsOk)
        {
            return room.Fault;
        }

        var space = PoolRoom.Parse(what, room.Value);
        return space.IsOk ? new Outcome<IReadOnlyList<PoolReport>>([space.Value.ApplyTo(report.Value)]) : space.Fault;
    }
}
