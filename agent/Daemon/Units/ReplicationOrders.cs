using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Replication;

namespace NodeAgent.Daemon.Units;

/// <summary>Changes how a unit is replicated.</summary>
public sealed class ReplicationOrders(UnitWorld world, OperationRunner runner)
{
    /// <summary>Changes copies, interval, retention; null leaves as it is. What a node holds that is left out stays there until it is removed (<see cref="CopyRemovals"/>).</summary>
    public async Task<Outcome<ReplicationChange>> SetAsync(ReplicationOrder order, CancellationToken cancellation)
    {
        var own = world.FindOwn(order.Unit);
        return own.IsOk
            ? await runner.AloneAsync($"set/{own.Value.Record.Unit}", () => SetAloneAsync(order, cancellation), cancellation)
            : own.Fault;
    }

    private async Task<Outcome<ReplicationChange>> SetAloneAsync(ReplicationOrder order, CancellationToken cancellation)
    {
        var own = world.FindOwn(order.Unit);
        if (!own.IsOk)
        {
            return own.Fault;
        }

        var members = world.Members();
        if (order.Copies?.FirstOrDefault(node => !members.Contains(new NodeId(node))) is { } stranger)
        {
            return UnitFaults.NotMember(stranger, members);
        }

        if (order.IntervalSeconds is { } seconds && !(seconds >= CycleTiming.ShortestInterval.TotalSeconds && seconds <= 86_400))
        {
            return UnitFaults.Interval(seconds);
        }

        var record = own.Value.Record;
        var wanted = record with
        {
            Copies = order.Copies is null ? record.Copies : [.. order.Copies.Distinct(StringComparer.Ordinal).Select(node => new NodeId(node))],
            Interval = order.IntervalSeconds is { } every ? TimeSpan.FromSeconds(every) : record.Interval,
            KeepSource = order.KeepSource ?? record.KeepSource,
            KeepCopies = order.KeepCopies ?? record.KeepCopies,
            IsPaused = order.IsPaused ?? record.IsPaused,
            Revision = record.Revision + 1,
        };
        var leftOut = record.Copies.Except(wanted.Copies).ToImmutableArray();
        foreach (var left in leftOut)
        {
            var forgotten = await own.Value.Backend.Streams.ForgetAnchorAsync(record.Unit, left, cancellation);
            if (!forgotten.IsOk)
            {
                return forgotten.Fault;
            }

            // What it holds now may be of another life of the unit when it is named again.
            world.Copies.Forget(record.Unit, left);
        }

        var stored = world.Registry.Store(wanted);
        if (!stored.IsOk)
        {
            return stored.Fault;
        }

        foreach (var left in leftOut)
        {
            // A run to it may have anchored once more before it could know. Failing costs a snapshot until the unit is moved or deleted.
            _ = await own.Value.Backend.Streams.ForgetAnchorAsync(record.Unit, left, cancellation);
        }

        world.Changed(record.Unit);
        return new ReplicationChange(wanted, leftOut);
    }

    /// <summary>Throws the copy on a peer away and makes it anew. Only for a copy that has parted from the writer's.</summary>
    public async Task<Outcome> RebuildAsync(string unit, string peer, CancellationToken cancellation)
    {
        var known = world.FindOwn(unit);
        return known.IsOk
            ? await runner.AloneAsync($"rebuild/{known.Value.Record.Unit}", () => RebuildAloneAsync(unit, peer, cancellation), cancellation)
            : known.Fault;
    }

    private async Task<Outcome> RebuildAloneAsync(string unit, string peer, CancellationToken cancellation)
    {
        var own = world.FindOwn(unit);
        if (!own.IsOk)
        {
            return own.Fault;
        }

        var node = new NodeId(peer);
        if (!own.Value.Record.Copies.Contains(node))
        {
            return UnitFaults.NotCopy(own.Value.Record, peer);
        }

        var host = world.Copies.Find(node);
        if (!host.IsOk)
        {
            return host.Fault;
        }

        var parted = await PartedAsync(own.Value, node, host.Value, cancellation);
        if (!parted.IsOk)
        {
            return parted;
        }

        world.Copies.Forget(own.Value.Record.Unit, node);
        var deleted = await host.Value.DeleteAsync(own.Value.Record, null, cancellation);
        world.Changed(own.Value.Record.Unit);
        return deleted;
    }

    /// <summary>Whether the copy may go: there is something here to make it anew of, and streams alone cannot mend it.</summary>
    private static async Task<Outcome> PartedAsync(OwnUnit own, NodeId peer, ICopyHost host, CancellationToken cancellation)
    {
        var here = await own.Backend.Streams.ReadHistoryAsync(own.Record.Unit, cancellation);
        if (!here.IsOk)
        {
            return here.Fault;
        }

        if (here.Value.Role != Role.Writer || CopyLoss.NewestComplete(here.Value) is not { } newest)
        {
            return UnitFaults.NothingToRebuildFrom(own.Record.Unit, peer);
        }

        var there = await host.PrepareAsync(own.Record, cancellation);
        return !there.IsOk ? there.Fault
            : ReplicationPlanner.Plan(here.Value, there.Value.History, newest.Name, own.Record.Epoch).Any(plan => plan is VolumePlan.Conflict)
                ? Outcome.Done
                : UnitFaults.NotParted(own.Record.Unit, peer);
    }
}
