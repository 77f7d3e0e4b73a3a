using NodeAgent.Contract;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Api;

/// <summary>Volumes and their replication.</summary>
internal sealed class UnitEndpoints(
    UnitWorld world, VolumeOrders volumes, DeleteOrders deletes, ReplicationOrders replication, CopyRemovals removals, ReplicationLoop loop, TimeProvider time)
    : IApiEndpoints
{
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(9);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);

    public void Map(ApiRoutes routes)
    {
        routes.Post<VolumeOrder, VolumeReport>("/v1/volumes", async (order, cancellation) =>
            (await volumes.CreateAsync(order, cancellation)).Map(Report));
        routes.Post<Messages.Expand, VolumeReport>("/v1/volumes/expand", async (order, cancellation) =>
            (await volumes.ExpandAsync(order.Unit, order.Volume, order.Bytes, cancellation)).Map(Report));
        routes.Post<Messages.OfVolume, DoneReport>("/v1/volumes/delete", async (order, cancellation) =>
            await DeleteAsync(order, cancellation));
        routes.Post<ReplicationOrder, DoneReport>("/v1/replication/set", async (order, cancellation) =>
            (await replication.SetAsync(order, cancellation)).Map(Say));
        routes.Post<Messages.OfCopy, DoneReport>("/v1/replication/rebuild", async (order, cancellation) =>
            Done(await replication.RebuildAsync(order.Unit, order.Peer, cancellation), $"the copy of {order.Unit} on {order.Peer} is made anew"));
        routes.Post<CopyRemoval, DoneReport>("/v1/replication/remove", async (order, cancellation) =>
            Done(await removals.RemoveAsync(order, cancellation), $"what {order.Peer} held of {order.Unit} is removed"));
        routes.Post<Messages.OfUnit, DoneReport>("/v1/replication/run", RunAsync);
    }

    /// <summary>A done outcome in words.</summary>
    internal static Outcome<DoneReport> Done(Outcome outcome, string text) => outcome.IsOk ? new DoneReport(text) : outcome.Fault;

    private async Task<Outcome<DoneReport>> DeleteAsync(Messages.OfVolume order, CancellationToken cancellation)
    {
        var known = world.Finder.Find(order.Unit);
        var deleted = await deletes.DeleteAsync(order.Unit, order.Volume, cancellation);
        var stays = deleted.IsOk && known.IsOk ? await removals.StaysAsync(known.Value.Unit, cancellation) : [];
        return Done(deleted, string.Join(". ", stays.Prepend($"volume {order.Unit}/{order.Volume} and its copies are deleted")));
    }

    private static DoneReport Say(ReplicationChange change)
    {
        var record = change.Record;
        var left = change.LeftOut.Select(node => $". {node} is left out and keeps its data, as it is now; to remove it: nodeagent replication remove {record.Unit} --peer {node}");
        return new DoneReport(
            $"unit {record.Unit}: {(record.IsPaused ? "paused" : $"every {Spans.Short(record.Interval)}")} to {(record.Copies.IsEmpty ? "no node" : string.Join(", ", record.Copies))}{string.Concat(left)}");
    }

    private static VolumeReport Report(Volume volume) =>
        new(volume.Id.Name, volume.Kind, volume.Bytes, volume.UsedBytes, volume.Path, volume.Id.Unit);

    private async Task<Outcome<DoneReport>> RunAsync(Messages.OfUnit order, CancellationToken cancellation)
    {
        var own = world.FindOwn(order.Unit);
        if (!own.IsOk)
        {
            return own.Fault;
        }

        var record = own.Value.Record;
        if (record.IsPaused || record.Copies.IsEmpty)
        {
            return new Fault(FaultCode.PreconditionFailed, $"cannot replicate unit {record.Unit}",
                record.IsPaused ? "its replication is paused" : "no node keeps a copy",
                record.IsPaused ? $"nodeagent replication resume {record.Unit.Name}" : $"nodeagent replication set {record.Unit.Name} --replicate-to NODE", Retry.AfterFix);
        }

        // A cycle that runs already may have taken its snapshot before the last write: wait for one that begins now.
        var before = loop.Activities.GetValueOrDefault(record.Unit);
        var wanted = (before?.Cycles ?? 0) + (before is { IsRunning: true } ? 2 : 1);
        var ends = record.Copies.ToDictionary(
            peer => peer.Value,
            peer => (before?.Peers.GetValueOrDefault(peer.Value)?.Runs ?? 0) + (loop.IsBusy(record.Unit, peer) ? 2 : 1));
        loop.RunSoon(record.Unit);
        using var limit = new CancellationTokenSource(RunLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            UnitActivity? now;
            // Only the count tells: of a unit whose cycle takes longer than its interval one is always running.
            // A cycle may end before its slowest copy does.
            while ((now = loop.Activities.GetValueOrDefault(record.Unit)) is null || now.Cycles < wanted
                || (now.SnapshotFault is null && !ends.All(end => now.Peers.GetValueOrDefault(end.Key)?.Runs >= end.Value)))
            {
                await Task.Delay(Glance, time, both.Token);
            }

            var fault = now.SnapshotFault ?? now.Peers.Values.Select(peer => peer.Fault).FirstOrDefault(found => found is not null);
            return fault is null ? new DoneReport($"unit {record.Unit} is replicated to {string.Join(", ", record.Copies)}") : fault;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return new Fault(FaultCode.TimedOut, $"cannot tell when unit {record.Unit} will be replicated", $"it still runs after {RunLimit.TotalMinutes} minutes",
                $"It goes on by itself: 'nodeagent status {record.Unit.Name} --watch'.", Retry.AfterLook);
        }
    }
}
