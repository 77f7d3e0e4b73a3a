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

        var space = await RoomAsync(what, pool, cancellation);

        // The root may have a quota of its own. It is made with the first unit.
        var own = space.IsOk && parts.Layout.Root != pool ? await RoomAsync(what, parts.Layout.Root, cancellation) : space;
        if (!own.IsOk && own.Fault.Code != FaultCode.NotFound)
        {
            return own.Fault;
        }

        var room = own.IsOk ? space.Value with { Limit = own.Value.Available } : space.Value;
        return new Outcome<IReadOnlyList<PoolReport>>([room.ApplyTo(report.Value)]);
    }

    private async Task<Outcome<PoolRoom>> RoomAsync(string what, string dataset, CancellationToken cancellation)
    {
        var room = await parts.Tool.LookAsync(what, "zfs", ["list", "-j", "-p", "-o", "name,used,available", dataset], cancellation);
        return room.IsOk ? PoolRoom.Parse(what, room.Value) : room.Fault;
    }
}
