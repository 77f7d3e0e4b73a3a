using System.Collections.Immutable;
using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Daemon.Json;
using NodeAgent.Daemon.Operations;

namespace NodeAgent.Daemon.Units;

/// <summary>Makes and grows volumes as an operator asks. Each order is in the journal before it has an effect.</summary>
public sealed class VolumeOrders(UnitWorld world, OperationRunner runner) : IOperationHandler
{
    /// <summary>The journal's word for making a volume.</summary>
    public const string OperationKind = "create-volume";

    private const string OrderArgument = "order";
    private const string NewArgument = "new";

    /// <inheritdoc/>
    public string Kind => OperationKind;

    /// <summary>Makes a volume, with its unit if it is the first. The same order again: the same volume.</summary>
    public async Task<Outcome<Volume>> CreateAsync(VolumeOrder order, CancellationToken cancellation)
    {
        var spec = world.Check(order);
        if (!spec.IsOk)
        {
            return spec.Fault;
        }

        return await runner.AloneAsync(KeyOf(spec.Value.Id), () => CreateAloneAsync(order, spec.Value, cancellation), cancellation);
    }

    /// <summary>Grows a volume.</summary>
    public async Task<Outcome<Volume>> ExpandAsync(string unit, string volume, long bytes, CancellationToken cancellation)
    {
        var record = world.Finder.FindOwn(unit);
        var grant = record.IsOk ? world.Tenures.Grant(record.Value, world.Self) : record.Fault;
        return !grant.IsOk ? grant.Fault
            : world.Volumes(record.Value.Unit.Backend) is { } volumes ? await volumes.ExpandAsync(new VolumeId(record.Value.Unit, volume), bytes, grant.Value, cancellation)
            : UnitFaults.NoBackend(record.Value.Unit.Backend.Value, world.Backends().Keys);
    }

    /// <inheritdoc/>
    public async Task<Outcome> ResumeAsync(Operation operation, CancellationToken cancellation)
    {
        var order = WireJson.Read<VolumeOrder>(
            System.Text.Encoding.UTF8.GetBytes(operation.Arguments.GetValueOrDefault(OrderArgument, "")), $"order in operation {operation.Key}");
        var spec = order.IsOk ? world.Check(order.Value) : order.Fault;
        if (!spec.IsOk)
        {
            // A backend may come up later than the agent. Whatever else is wrong with an order was wrong when it was given.
            if (order.IsOk)
            {
                world.Journal.Fail(operation, spec.Fault);
            }
            else
            {
                world.Journal.Finish(operation, spec.Fault);
            }

            return spec.Fault;
        }

        var done = await CarryOutAsync(operation, order.Value, spec.Value, cancellation);
        return done.WithoutValue();
    }

    private static string KeyOf(VolumeId volume) => $"volume/{volume}";

    private async Task<Outcome<Volume>> CreateAloneAsync(VolumeOrder order, VolumeSpec spec, CancellationToken cancellation)
    {
        var unit = spec.Id.Unit;
        if (world.Unfinished(spec.Id, DeleteOrders.OperationKind) is { } busy)
        {
            return busy;
        }

        var known = world.Registry.Find(unit);
        if (known is not null && known.Writer != world.Self)
        {
            return UnitFaults.NotWriter(known, world.Self);
        }

        var isNew = known is null || IsBeingMade(unit);
        var fits = known is null ? await world.CheckFreeAsync(unit, order, cancellation)
            : isNew ? Outcome.Done
            : await CheckThereAsync(unit, cancellation);
        if (!fits.IsOk)
        {
            return fits.Fault;
        }

        var arguments = ImmutableDictionary<string, string>.Empty.Add(OrderArgument, JsonSerializer.Serialize(order, WireJson.Compact));
        var operation = world.Journal.Begin(
            KeyOf(spec.Id), Kind, spec.Id.ToString(), isNew ? arguments.Add(NewArgument, "true") : arguments);
        return operation.IsOk ? await CarryOutAsync(operation.Value, order, spec, cancellation) : operation.Fault;
    }

    private bool IsBeingMade(UnitId unit) => world.Journal.Open().Any(known =>
        known.Key.StartsWith($"volume/{unit}/", StringComparison.Ordinal) && known.Arguments.ContainsKey(NewArgument));

    // On a storage that is not mounted the unit would be made a second time, empty, and be written to.
    private async Task<Outcome> CheckThereAsync(UnitId unit, CancellationToken cancellation)
    {
        var all = await world.Volumes(unit.Backend)!.ListAsync(cancellation);
        return !all.IsOk ? all.Fault
            : all.Value.Any(volume => volume.Id.Unit == unit) ? Outcome.Done
            : UnitFaults.StorageMissing(unit);
    }

    private async Task<Outcome<Volume>> CarryOutAsync(
        Operation operation, VolumeOrder order, VolumeSpec spec, CancellationToken cancellation)
    {
        var unit = spec.Id.Unit;
        var known = world.Registry.Find(unit);
        var record = world.RecordFor(order, spec, known);
        if (record != known)
        {
            world.Journal.Mark(operation, "record");
            var stored = world.Registry.Store(record);
            if (!stored.IsOk)
            {
                world.Journal.Finish(operation, stored.Fault);
                return stored.Fault;
            }
        }
        else
        {
            // An order to delete a volume of this name that comes late must not find the new one (seed 921911).
            world.Journal.Mark(operation, "record");
            var renewed = world.Registry.Renew(unit, world.Self);
            if (!renewed.IsOk)
            {
                world.Journal.Finish(operation, renewed.Fault);
                return renewed.Fault;
            }
        }

        world.Journal.Mark(operation, "create");
        var grant = world.Tenures.Grant(record, world.Self);
        var made = grant.IsOk
            ? await world.Volumes(unit.Backend)!.CreateAsync(spec, grant.Value, cancellation)
            : grant.Fault;
        if (made.IsOk)
        {
            world.Journal.Finish(operation, null);
            world.Changed(unit);
            return made;
        }

        if (made.Fault.Retry == Retry.AfterLook || made.Fault.Code == FaultCode.TimedOut)
        {
            // It may have been made, or be made yet: the order is carried out again until that is known.
            world.Journal.Fail(operation, made.Fault);
            return made.Fault with { NextStep = $"It is tried again by itself: 'nodeagent operations'. {made.Fault.NextStep}" };
        }

        // Nothing was made; a record of a unit without volumes would only confuse. One that was there before stays: its
        // storage may be missing, not gone, and without the record nobody would know its writer.
        var isNew = operation.Arguments.ContainsKey(NewArgument);
        var rest = isNew ? await world.Volumes(unit.Backend)!.ListAsync(cancellation) : made.Fault;
        if (rest.IsOk && rest.Value.All(volume => volume.Id.Unit != unit))
        {
            _ = world.Registry.Forget(unit);
        }

        world.Journal.Finish(operation, made.Fault);
        return made;
    }
}
