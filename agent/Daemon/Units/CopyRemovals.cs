using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Replication;

namespace NodeAgent.Daemon.Units;

/// <summary>
/// Removes copies that no record names any more. The unit's writer orders it of the node that holds one; where the unit is gone, that
/// node does it itself, after it has asked every member.
/// </summary>
public sealed class CopyRemovals(UnitWorld world, LocalCopies local, OperationRunner runner)
{
    /// <summary>Removes one. Refused if it may hold what no other node has, unless the order says that this is meant.</summary>
    public async Task<Outcome> RemoveAsync(CopyRemoval order, CancellationToken cancellation)
    {
        var found = world.Finder.Find(order.Unit);
        return found.IsOk
            ? await runner.AloneAsync($"remove/{found.Value.Unit}", () => RemoveAloneAsync(found.Value.Unit, order, cancellation), cancellation)
            : order.Peer == world.Self.Value ? found.Fault
            : found.Fault with { NextStep = $"{found.Fault.NextStep} If no node writes it any more, give the command on {order.Peer}." };
    }

    /// <summary>
    /// What nodes still hold of a unit that was just deleted here: they were left out before, so nobody has said that it is to go. A sentence each;
    /// none while the unit is there.
    /// </summary>
    public async Task<IReadOnlyList<string>> StaysAsync(UnitId unit, CancellationToken cancellation)
    {
        var stays = new List<string>();
        foreach (var peer in world.Registry.Find(unit) is null ? world.Members().Where(peer => peer != world.Self) : [])
        {
            var host = world.Copies.Find(peer);
            var known = host.IsOk ? await host.Value.FindAsync(unit, cancellation) : host.Fault;
            var way = $"'nodeagent replication remove {unit} --peer {peer}', on {peer}, removes it";
            if (!known.IsOk)
            {
                stays.Add($"{peer} does not answer: if it holds a copy that was left out, that stays. When {peer} is back, 'nodeagent status' shows it, and {way}");
            }
            else if (known.Value.Record is not null)
            {
                stays.Add($"{peer} was left out, and what it holds stays there; {way}");
            }
        }

        return stays;
    }

    /// <summary>The record with which a writer orders the copy on a node deleted that is left out: only who is named takes a record.</summary>
    internal static UnitRecord Told(UnitRecord record, NodeId peer) => record with { Copies = [.. record.Copies.Where(node => node != peer), peer] };

    private Task<Outcome> RemoveAloneAsync(UnitId unit, CopyRemoval order, CancellationToken cancellation) =>
        order.Peer == world.Self.Value ? RemoveHereAsync(unit, order.Discard, cancellation) : RemoveThereAsync(unit, new NodeId(order.Peer), order.Discard, cancellation);

    private async Task<Outcome> RemoveThereAsync(UnitId unit, NodeId peer, bool discard, CancellationToken cancellation)
    {
        var own = world.FindOwn(unit.ToString());
        var host = own.IsOk ? world.Copies.Find(peer) : own.Fault;
        var known = host.IsOk ? await host.Value.FindAsync(unit, cancellation) : host.Fault;
        if (!known.IsOk)
        {
            return known.Fault;
        }

        if (known.Value.Record is not { } there)
        {
            return UnitFaults.NoCopyThere(unit, peer);
        }

        if (LeftOutCopy.Forbids(own.Value!.Record, peer, there) is { } forbidden)
        {
            return forbidden;
        }

        // What it has been told already changes nothing there: it only says what it holds.
        var look = there.Writer == world.Self && there.Copies.Contains(peer) ? there : Told(own.Value.Record, peer);
        var report = await host.Value!.PrepareAsync(look, cancellation);
        var here = report.IsOk ? await own.Value.Backend.Streams.ReadHistoryAsync(unit, cancellation) : report.Fault;
        if (!here.IsOk)
        {
            return here.Fault;
        }

        if (report.Value!.History.Role == Role.Writer)
        {
            return UnitFaults.WriterStorage(unit, peer);
        }

        if (!discard && LeftOutCopy.OnlyThere(here.Value, report.Value.History) is { } only)
        {
            return UnitFaults.OnlyThere(unit, peer, only);
        }

        // Its revision came when the node was left out, and the next comes if it is named again: what comes late is told by it.
        var gone = await host.Value.DeleteAsync(Told(own.Value.Record.Alive(), peer), null, cancellation);
        world.Copies.Forget(unit, peer);
        world.Changed(unit);
        return gone;
    }

    private async Task<Outcome> RemoveHereAsync(UnitId unit, bool discard, CancellationToken cancellation)
    {
        if (world.Registry.Find(unit) is not { } record)
        {
            return UnitFaults.Unknown(unit.ToString());
        }

        if (world.Tenures.ServiceOf(unit) is { } service)
        {
            return UnitFaults.InService(unit, world.Self, service);
        }

        if (world.Replicated(unit.Backend) is not { } backend)
        {
            return UnitFaults.NoBackend(unit.Backend.Value, world.Backends().Keys);
        }

        var known = world.IsInCluster() ? await AskAsync(unit, cancellation) : UnitFaults.Alone(unit, world.Self);
        if ((known.IsOk ? LeftOutCopy.Forbids(record, world.Self, known.Value) : known.Fault) is { } forbidden)
        {
            return forbidden;
        }

        var role = await backend.Roles.GetRoleAsync(unit, cancellation);
        var removed = role is { IsOk: false, Fault.Code: not FaultCode.NotFound } ? role.Fault
            : role is { IsOk: true, Value.Role: Role.Writer or Role.Unknown } ? UnitFaults.WriterStorage(unit, world.Self)
            : !discard ? UnitFaults.OnlyThere(unit, world.Self, "no node writes the unit any more")
            : await local.RemoveAsync(record, cancellation);
        world.Changed(unit);
        return removed;
    }

    // Who lost its record, and has the storage of a writer, goes on with the unit one day.
    private async Task<Outcome<Dictionary<NodeId, Outcome<UnitRecord?>>>> AskAsync(UnitId unit, CancellationToken cancellation)
    {
        var answers = new Dictionary<NodeId, Outcome<UnitRecord?>>();
        foreach (var peer in world.Members())
        {
            var host = world.Copies.Find(peer);
            var known = host.IsOk ? await host.Value.FindAsync(unit, cancellation) : host.Fault;
            answers[peer] = known switch
            {
                { IsOk: true, Value: { Record: null, IsLooked: false } } => UnitFaults.StorageUntold(unit, world.Self, peer),
                { IsOk: true, Value: { Record: null, Storage.Role: Role.Writer or Role.Unknown } } => UnitFaults.RecordLost(unit, world.Self, peer),
                { Fault: { } silent } => UnitFaults.MayWrite(unit, world.Self, peer, silent),
                _ => known.Map(word => word.Record),
            };
        }

        return answers;
    }
}
