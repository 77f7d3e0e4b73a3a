using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Operations;

namespace NodeAgent.Daemon.Units;

/// <summary>
/// Deletes a volume here and its copies elsewhere. A node that does not answer keeps the order open until it does;
/// the unit's record stays as long as anything of it is left.
/// </summary>
public sealed class DeleteOrders(UnitWorld world, OperationRunner runner) : IOperationHandler
{
    /// <summary>The journal's word for deleting a volume.</summary>
    public const string OperationKind = "delete-volume";

    private const string UnitArgument = "unit";
    private const string VolumeArgument = "volume";
    private const string WholeArgument = "whole";
    private const string RenewedArgument = "renewed";

    /// <inheritdoc/>
    public string Kind => OperationKind;

    /// <summary>Deletes a volume. Absent: done.</summary>
    public async Task<Outcome> DeleteAsync(string unit, string volume, CancellationToken cancellation)
    {
        var own = world.FindOwn(unit);
        if (!own.IsOk)
        {
            return own.Fault;
        }

        var id = new VolumeId(own.Value.Record.Unit, volume);
        var key = $"delete/{id.Unit}/{volume}";
        return await runner.AloneAsync(key, () => BeginAsync(key, unit, id, cancellation), cancellation);
    }

    /// <inheritdoc/>
    public async Task<Outcome> ResumeAsync(Operation operation, CancellationToken cancellation)
    {
        var own = world.FindOwn(operation.Arguments.GetValueOrDefault(UnitArgument, ""));
        if (own.IsOk)
        {
            var id = new VolumeId(own.Value.Record.Unit, operation.Arguments.GetValueOrDefault(VolumeArgument, ""));
            return await CarryOutAsync(operation with { Attempts = operation.Attempts + 1 }, own.Value, id, cancellation);
        }

        if (own.Fault.Code == FaultCode.NotFound)
        {
            world.Journal.Finish(operation, null);
            return Outcome.Done;
        }

        world.Journal.Fail(operation, own.Fault);
        return own.Fault;
    }

    private async Task<Outcome> BeginAsync(string key, string unit, VolumeId volume, CancellationToken cancellation)
    {
        // Looked at again: while this waited for its turn, the unit may have been moved away.
        var own = world.FindOwn(unit);
        if (!own.IsOk)
        {
            return own.Fault;
        }

        // The later order counts: an order to make it that is still open would make it again.
        foreach (var making in world.Journal.Open().Where(known => IsMaking(known, volume)))
        {
            world.Journal.Finish(making, null);
        }

        var operation = world.Journal.Begin(key, Kind, volume.ToString(), ImmutableDictionary<string, string>.Empty
            .Add(UnitArgument, volume.Unit.ToString()).Add(VolumeArgument, volume.Name));
        return operation.IsOk ? await CarryOutAsync(operation.Value, own.Value, volume, cancellation) : operation.Fault;
    }

    private static bool IsMaking(Operation known, VolumeId volume) => known.Key == CloneOrders.KeyOf(volume.Unit)
        || (known.Kind == VolumeOrders.OperationKind && known.Subject == volume.ToString());

    private async Task<Outcome> CarryOutAsync(
        Operation operation, OwnUnit own, VolumeId volume, CancellationToken cancellation)
    {
        var isLast = await IsLastAsync(operation, own, volume, cancellation);
        if (isLast is { IsOk: true, Value: true })
        {
            // Kept before anything is gone: only then is an empty storage what this order left, and not a disk that is missing.
            var noted = world.Journal.Note(operation, operation.Arguments.SetItem(WholeArgument, "true"));
            operation = noted.IsOk ? noted.Value : operation;
            isLast = noted.IsOk ? isLast : noted.Fault;
        }

        var here = isLast.IsOk ? await DeleteHereAsync(operation, own, volume, isLast.Value, cancellation) : isLast.Fault;
        if (!here.IsOk)
        {
            // Held or in use: nothing is gone, the order is answered and not kept. One that was taken up again after it
            // had been accepted, or may be gone already, goes on when it can be seen what is there: given up, it would
            // leave the copies behind for ever.
            var mayBeGone = here.Fault!.Code == FaultCode.TimedOut || here.Fault.Retry == Retry.AfterLook;
            if ((operation.Attempts > 1 || mayBeGone) && here.Fault.Code != FaultCode.InUse)
            {
                world.Journal.Fail(operation, here.Fault);
                return here;
            }

            world.Journal.Finish(operation, here.Fault);
            return here;
        }

        var left = await DeleteThereAsync(operation, own.Record, volume, isLast.Value, cancellation);
        if (left is not null)
        {
            return left with { NextStep = $"It is tried again by itself. {left.NextStep}" };
        }

        var forgotten = isLast.Value ? world.Registry.Bury(own.Record.Alive() with { Revision = long.MaxValue }, world.Self) : Outcome.Done;
        if (!forgotten.IsOk)
        {
            world.Journal.Fail(operation, forgotten.Fault);
            return forgotten;
        }

        world.Journal.Finish(operation, null);
        world.Changed(volume.Unit);
        return Outcome.Done;
    }

    /// <summary>
    /// Deletes the copies. What was sent before comes to its end somewhere, perhaps after the copy's deletion: the record
    /// gets a new revision first, and a copy takes no stream of an older one. What remains to be done is noted.
    /// </summary>
    private async Task<Fault?> DeleteThereAsync(
        Operation operation, UnitRecord record, VolumeId volume, bool isLast, CancellationToken cancellation)
    {
        if (!operation.Arguments.ContainsKey(RenewedArgument) && !record.Copies.IsEmpty)
        {
            world.Journal.Mark(operation, "record");
            var renewed = world.Registry.Renew(record.Unit, world.Self);
            if (!renewed.IsOk)
            {
                world.Journal.Fail(operation, renewed.Fault);
                return renewed.Fault;
            }

            record = renewed.Value;

            // Not noted: renewed once more next time, which costs nothing.
            var noted = world.Journal.Note(operation, operation.Arguments.SetItem(RenewedArgument, "true"));
            operation = noted.IsOk ? noted.Value : operation;
        }

        // Cycles go on with that record until the unit is forgotten here: what they say is older than the order, and does not bring a
        // copy's record back that is gone.
        var told = (isLast ? record with { Revision = record.Revision + 1 } : record).Alive();
        Fault? left = null;
        foreach (var peer in record.Copies)
        {
            world.Journal.Mark(operation, $"delete the copy on {peer}");
            var host = world.Copies.Find(peer);
            var gone = host.IsOk
                ? await host.Value.DeleteAsync(told, isLast ? null : volume.Name, cancellation)
                : host.Fault;
            world.Copies.Forget(volume.Unit, peer);
            left = gone.Fault ?? left;
        }

        if (left is not null)
        {
            world.Journal.Fail(operation, left);
        }

        return left;
    }

    /// <summary>True if this is the unit's last volume, or was before this order deleted it.</summary>
    private static async Task<Outcome<bool>> IsLastAsync(
        Operation operation, OwnUnit own, VolumeId volume, CancellationToken cancellation)
    {
        var all = await own.Backend.Volumes.ListAsync(cancellation);
        if (!all.IsOk)
        {
            return all.Fault;
        }

        var there = all.Value.Where(known => known.Id.Unit == volume.Unit).ToList();
        return there.Count == 0 && own.Record.Copies.Length > 0 && !operation.Arguments.ContainsKey(WholeArgument)
            ? UnitFaults.OnlyCopiesLeft(volume, own.Record)
            : there.All(known => known.Id == volume);
    }

    private async Task<Outcome> DeleteHereAsync(
        Operation operation, OwnUnit own, VolumeId volume, bool isLast, CancellationToken cancellation)
    {
        world.Journal.Mark(operation, "delete here");
        var deleted = await own.Backend.Volumes.DeleteAsync(volume, cancellation);
        return isLast && deleted is { IsOk: false, Fault.Code: FaultCode.InUse } && deleted.Fault.Facts.ContainsKey("holders")
            ? await WithoutAnchorsAsync(operation, own, volume, cancellation)
            : deleted;
    }

    // Not before somebody stands in the way: a refused delete must not cost a copy that lags its last common snapshot.
    private async Task<Outcome> WithoutAnchorsAsync(
        Operation operation, OwnUnit own, VolumeId volume, CancellationToken cancellation)
    {
        world.Journal.Mark(operation, "let go of anchors");
        foreach (var peer in own.Record.Copies)
        {
            var forgotten = await own.Backend.Streams.ForgetAnchorAsync(volume.Unit, peer, cancellation);
            if (!forgotten.IsOk)
            {
                return forgotten;
            }
        }

        return await own.Backend.Volumes.DeleteAsync(volume, cancellation);
    }
}
