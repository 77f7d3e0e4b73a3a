using System.Collections.Immutable;
using NodeAgent.Contract;
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
        return await runner.AloneAsync(key, () => BeginAsync(key, own.Value, id, cancellation), cancellation);
    }

    /// <inheritdoc/>
    public async Task<Outcome> ResumeAsync(Operation operation, CancellationToken cancellation)
    {
        var own = world.FindOwn(operation.Arguments.GetValueOrDefault(UnitArgument, ""));
        if (own.IsOk)
        {
            var id = new VolumeId(own.Value.Record.Unit, operation.Arguments.GetValueOrDefault(VolumeArgument, ""));
            return await CarryOutAsync(operation, own.Value, id, cancellation);
        }

        if (own.Fault.Code == FaultCode.NotFound)
        {
            world.Journal.Finish(operation, null);
            return Outcome.Done;
        }

        world.Journal.Fail(operation, own.Fault);
        return own.Fault;
    }

    private async Task<Outcome> BeginAsync(string key, OwnUnit own, VolumeId volume, CancellationToken cancellation)
    {
        if (world.Unfinished(volume, VolumeOrders.OperationKind) is { } busy)
        {
            return busy;
        }

        var operation = world.Journal.Begin(key, Kind, volume.ToString(), ImmutableDictionary<string, string>.Empty
            .Add(UnitArgument, volume.Unit.ToString()).Add(VolumeArgument, volume.Name));
        return operation.IsOk ? await CarryOutAsync(operation.Value, own, volume, cancellation) : operation.Fault;
    }

    private async Task<Outcome> CarryOutAsync(
        Operation operation, OwnUnit own, VolumeId volume, CancellationToken cancellation)
    {
        var here = await DeleteHereAsync(operation, own, volume, cancellation);
        if (!here.IsOk)
        {
            // Nothing is gone yet: held or in use. The order is answered, not kept.
            world.Journal.Finish(operation, here.Fault);
            return here.Fault;
        }

        Fault? left = null;
        foreach (var peer in own.Record.Copies)
        {
            world.Journal.Mark(operation, $"delete the copy on {peer}");
            var host = world.Copies.Find(peer);
            var gone = host.IsOk
                ? await host.Value.DeleteAsync(own.Record, here.Value ? null : volume.Name, cancellation)
                : host.Fault;
            left = gone.Fault ?? left;
        }

        if (left is not null)
        {
            world.Journal.Fail(operation, left);
            return left with { NextStep = $"It is tried again by itself. {left.NextStep}" };
        }

        var forgotten = here.Value ? world.Registry.Forget(volume.Unit) : Outcome.Done;
        if (!forgotten.IsOk)
        {
            world.Journal.Fail(operation, forgotten.Fault);
            return forgotten;
        }

        world.Journal.Finish(operation, null);
        world.Changed(volume.Unit);
        return Outcome.Done;
    }

    /// <summary>True if that was the unit's last volume.</summary>
    private async Task<Outcome<bool>> DeleteHereAsync(
        Operation operation, OwnUnit own, VolumeId volume, CancellationToken cancellation)
    {
        var all = await own.Backend.Volumes.ListAsync(cancellation);
        if (!all.IsOk)
        {
            return all.Fault;
        }

        var isLast = all.Value.All(known => known.Id.Unit != volume.Unit || known.Id == volume);
        if (isLast)
        {
            world.Journal.Mark(operation, "let go of anchors");
            foreach (var peer in own.Record.Copies)
            {
                var forgotten = await own.Backend.Streams.ForgetAnchorAsync(volume.Unit, peer, cancellation);
                if (!forgotten.IsOk)
                {
                    return forgotten.Fault;
                }
            }
        }

        world.Journal.Mark(operation, "delete here");
        var deleted = await own.Backend.Volumes.DeleteAsync(volume, cancellation);
        return deleted.IsOk ? isLast : deleted.Fault;
    }
}
