using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Daemon.Operations;

namespace NodeAgent.Daemon.Units;

/// <summary>
/// Makes a new unit from a snapshot. In the journal before it has an effect: killed in the middle it is finished, or
/// undone if nothing can be made any more.
/// </summary>
public sealed class CloneOrders(UnitWorld world, OperationRunner runner) : IOperationHandler
{
    /// <summary>The journal's word for a clone.</summary>
    public const string OperationKind = "clone-unit";

    private const string UnitArgument = "unit";
    private const string SnapshotArgument = "snapshot";
    private const string CloneArgument = "clone";

    /// <inheritdoc/>
    public string Kind => OperationKind;

    /// <summary>The journal key of the clone that becomes a unit.</summary>
    public static string KeyOf(UnitId clone) => $"clone/{clone}";

    /// <summary>Clones a snapshot of a unit that this node writes. Of two clones to one name, the second is refused.</summary>
    public async Task<Outcome<UnitId>> CloneAsync(string unit, string snapshot, string name, CancellationToken cancellation)
    {
        if (!Names.IsValid(name))
        {
            return Names.Invalid("unit", name);
        }

        var own = world.FindOwn(unit);
        if (!own.IsOk)
        {
            return own.Fault;
        }

        var clone = new UnitId(own.Value.Record.Unit.Backend, name);
        var done = await runner.AloneAsync(KeyOf(clone), () => BeginAsync(own.Value, snapshot, clone, cancellation), cancellation);
        return done.IsOk ? clone : done.Fault;
    }

    /// <inheritdoc/>
    public async Task<Outcome> ResumeAsync(Operation operation, CancellationToken cancellation)
    {
        var source = operation.Arguments.GetValueOrDefault(UnitArgument, "");
        var backend = new BackendId(source.Split(':')[0]);
        var clone = new UnitId(backend, operation.Arguments.GetValueOrDefault(CloneArgument, ""));
        var own = world.FindOwn(source);
        if (own.IsOk)
        {
            return await CarryOutAsync(operation, own.Value, operation.Arguments.GetValueOrDefault(SnapshotArgument, ""), clone, cancellation);
        }

        // A unit that is written elsewhere by now may come back, and a backend may come up later than the agent.
        return own.Fault.Code == FaultCode.NotFound && world.Volumes(backend) is { } volumes
            ? await GiveUpAsync(operation, volumes, clone, own.Fault with { Retry = Retry.Never }, cancellation)
            : Leave(operation, own.Fault);
    }

    private async Task<Outcome> BeginAsync(OwnUnit own, string snapshot, UnitId clone, CancellationToken cancellation)
    {
        if (world.Registry.Find(clone) is { } known)
        {
            return new Fault(FaultCode.AlreadyExists, $"cannot clone to {clone}", $"the unit exists, its writer is {known.Writer}", "Choose another name.", Retry.Never);
        }

        var operation = world.Journal.Begin(KeyOf(clone), Kind, $"{own.Record.Unit}@{snapshot} to {clone}", ImmutableDictionary<string, string>.Empty
            .Add(UnitArgument, own.Record.Unit.ToString()).Add(SnapshotArgument, snapshot).Add(CloneArgument, clone.Name));
        return operation.IsOk ? await CarryOutAsync(operation.Value, own, snapshot, clone, cancellation) : operation.Fault;
    }

    private async Task<Outcome> CarryOutAsync(
        Operation operation, OwnUnit own, string snapshot, UnitId clone, CancellationToken cancellation)
    {
        var record = world.Registry.Find(clone) ?? world.FirstRecord(clone);
        if (record.Writer != world.Self)
        {
            var taken = UnitFaults.NotWriter(record, world.Self);
            world.Journal.Finish(operation, taken);
            return taken;
        }

        // The record comes first: storage without one would be nobody's.
        operation = world.Journal.Mark(operation, "record");
        var stored = world.Registry.Store(record);
        if (!stored.IsOk)
        {
            world.Journal.Finish(operation, stored.Fault);
            return stored;
        }

        operation = world.Journal.Mark(operation, "clone");
        var grant = world.Tenures.Grant(record, world.Self);
        var done = grant.IsOk
            ? await own.Backend.Snapshots.CloneAsync(new SnapshotId(own.Record.Unit, snapshot), clone, grant.Value, cancellation)
            : grant.Fault;
        if (!done.IsOk)
        {
            return await GiveUpAsync(operation, own.Backend.Volumes, clone, done.Fault!, cancellation);
        }

        world.Journal.Finish(operation, null);
        world.Changed(clone);
        return Outcome.Done;
    }

    private async Task<Outcome> GiveUpAsync(Operation operation, IVolumes volumes, UnitId clone, Fault why, CancellationToken cancellation)
    {
        var mayBeMade = why.Retry == Retry.AfterLook || why.Code == FaultCode.TimedOut;
        var all = mayBeMade ? why : await volumes.ListAsync(cancellation);
        if (all.IsOk && all.Value.All(volume => volume.Id.Unit != clone))
        {
            _ = world.Registry.Forget(clone);
            world.Journal.Finish(operation, why);
            return why;
        }

        if (all.IsOk && why.Retry == Retry.Never)
        {
            // What is there keeps its record, and can be looked at and deleted.
            world.Journal.Finish(operation, why);
            return why;
        }

        // Some of it may be there: the order is carried out again until that is known.
        return Leave(operation, why);
    }

    private Fault Leave(Operation operation, Fault why)
    {
        world.Journal.Fail(operation, why);
        return why with { NextStep = $"It is tried again by itself: 'nodeagent operations'. {why.NextStep}" };
    }
}
