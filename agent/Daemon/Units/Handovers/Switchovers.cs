using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Units.Handovers;

/// <summary>
/// Moves the writer of a unit to another node, without loss. <see cref="Handover"/> decides each step from what storage
/// and record show; here it is carried out. Killed before the record is stored, the move is undone; after that it goes on.
/// </summary>
public sealed class Switchovers(UnitWorld world, OperationRunner runner, SwitchoverTools tools, TimeProvider time, ILogger log)
    : IOperationHandler
{
    private const int MostTells = 5;
    private static readonly TimeSpan TellPause = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public string Kind => SwitchoverEntry.Kind;

    /// <summary>What a move would do, or what stands in its way. Changes nothing.</summary>
    public async Task<Outcome<SwitchoverReport>> PlanAsync(SwitchoverOrder order, CancellationToken cancellation)
    {
        var own = world.FindOwn(order.Unit);
        return own.IsOk ? await LookAheadAsync(own.Value, new NodeId(order.To), cancellation) : own.Fault;
    }

    /// <summary>Moves the writer. Ends when the target writes, or when this node does again.</summary>
    public async Task<Outcome<SwitchoverReport>> MoveAsync(SwitchoverOrder order, CancellationToken cancellation)
    {
        var known = world.Finder.Find(order.Unit);
        return known.IsOk
            ? await runner.AloneAsync(SwitchoverEntry.KeyOf(known.Value.Unit), () => MoveAloneAsync(order, cancellation), cancellation)
            : known.Fault;
    }

    /// <inheritdoc/>
    public async Task<Outcome> ResumeAsync(Operation operation, CancellationToken cancellation)
    {
        var record = world.Finder.Find(SwitchoverEntry.UnitOf(operation));
        var entry = record.IsOk ? SwitchoverEntry.Read(world.Journal, operation, record.Value, world.Self) : null;
        if (entry is null)
        {
            world.Journal.Finish(operation, record.Fault);
            return record.WithoutValue();
        }

        if (world.Replicated(record.Value.Unit.Backend) is not { } backend)
        {
            var missing = UnitFaults.NoBackend(record.Value.Unit.Backend.Value, world.Backends().Keys);
            entry.Leave(missing);
            return missing;
        }

        return (await RunAsync(entry, backend, [], wasInterrupted: true, cancellation)).WithoutValue();
    }

    private async Task<Outcome<SwitchoverReport>> MoveAloneAsync(SwitchoverOrder order, CancellationToken cancellation)
    {
        var own = world.FindOwn(order.Unit);
        if (!own.IsOk)
        {
            return own.Fault;
        }

        var plan = await LookAheadAsync(own.Value, new NodeId(order.To), cancellation);
        if (!plan.IsOk || plan.Value.IsDone)
        {
            return plan;
        }

        var entry = SwitchoverEntry.Begin(world.Journal, own.Value.Record, plan.Value.To);
        if (!entry.IsOk)
        {
            return entry.Fault;
        }

        using var held = await tools.Hold(own.Value.Record.Unit, cancellation);
        return await RunAsync(entry.Value, own.Value.Backend, plan.Value.Warnings, wasInterrupted: false, cancellation);
    }

    private async Task<Outcome<SwitchoverReport>> LookAheadAsync(OwnUnit own, NodeId to, CancellationToken cancellation)
    {
        var record = own.Record;
        if (to == record.Writer)
        {
            return new SwitchoverReport(
                record.Unit, to, to, record.Epoch, IsDone: true, [], [], null, 0, 0, 0, $"{to} is the writer of unit {record.Unit} already");
        }

        if (world.Tenures.ServiceOf(record.Unit) is { } service)
        {
            return SwitchoverFaults.OfService(record, to, service);
        }

        if (HandoverPlan.Unasked(record, to) is { } stranger)
        {
            return stranger;
        }

        if (world.Journal.Open().FirstOrDefault(known => IsInTheWay(known, record.Unit)) is { } earlier)
        {
            return SwitchoverFaults.Unfinished(record, to, earlier);
        }

        var host = tools.Targets(to);
        var there = host.IsOk ? await host.Value.PlanTakeOverAsync(record, cancellation) : host.Fault;
        var here = there.IsOk ? await own.Backend.Streams.ReadHistoryAsync(record.Unit, cancellation) : there.Fault;
        if (!here.IsOk)
        {
            return here.Fault;
        }

        var report = there.Value.Report;
        if (report.Format != own.Backend.Streams.Format)
        {
            return SwitchoverFaults.Formats(record, to, own.Backend.Streams.Format, report.Format);
        }

        var behind = await BehindAsync(record, to, cancellation);
        var plan = HandoverPlan.Make(record, to, new HandoverOutlook(
            here.Value, report.History, report.Complete, there.Value.Blockers, tools.Room(to, record.Unit.Backend), behind));
        return plan.Map(found => new SwitchoverReport(
            record.Unit, record.Writer, to, found.Next.Epoch, IsDone: false, found.Steps, found.Warnings, null, 0, null, null,
            $"unit {record.Unit} can be moved from {record.Writer} to {to}"));
    }

    private static bool IsInTheWay(Operation known, UnitId unit) =>
        known.Kind is VolumeOrders.OperationKind or DeleteOrders.OperationKind
            ? known.Subject.StartsWith($"{unit}/", StringComparison.Ordinal)
            : known.Key == SwitchoverEntry.KeyOf(unit) || known.Key == CloneOrders.KeyOf(unit);

    private async Task<IReadOnlyList<NodeId>> BehindAsync(UnitRecord record, NodeId to, CancellationToken cancellation)
    {
        var behind = new List<NodeId>();
        foreach (var peer in record.Copies.Where(peer => peer != to))
        {
            var host = world.Copies.Find(peer);
            var known = host.IsOk ? await host.Value.FindAsync(record.Unit, cancellation) : host.Fault;
            if (!known.IsOk)
            {
                behind.Add(peer);
            }
        }

        return behind;
    }

    private async Task<Outcome<SwitchoverReport>> RunAsync(
        SwitchoverEntry entry, ReplicatedBackend backend, IReadOnlyList<string> warnings, bool wasInterrupted, CancellationToken cancellation)
    {
        var steps = new SwitchoverSteps(world, tools, backend, entry, time);
        Fault? trouble = null;
        var isConfirmed = false;
        for (var tells = 0; ;)
        {
            var seen = await steps.LookAsync(isConfirmed, trouble, wasInterrupted, cancellation);
            var next = Handover.Next(entry.State, seen);
            log.LogInformation("switchover of {Unit} to {To}: {Step}, because {Reason}", entry.State.Unit, entry.State.To, next.GetType().Name, next.Reason);
            switch (next)
            {
                case HandoverStep.Done:
                    return await EndAsync(entry, backend, warnings, cancellation);
                case HandoverStep.Undo undo:
                    return await steps.UndoAsync(undo.Fault, cancellation);
                case HandoverStep.Tell:
                    var told = await steps.TellAsync(cancellation);
                    isConfirmed = told.IsOk;
                    if (!told.IsOk && ++tells == MostTells)
                    {
                        var open = SwitchoverFaults.NotConfirmed(entry.State, told.Fault);
                        entry.Leave(open);
                        return open;
                    }

                    if (!told.IsOk)
                    {
                        await Task.Delay(TellPause, time, cancellation);
                    }

                    break;
                default:
                    trouble = (await steps.CarryOutAsync(next, cancellation)).Fault;
                    break;
            }
        }
    }

    private async Task<Outcome<SwitchoverReport>> EndAsync(
        SwitchoverEntry entry, ReplicatedBackend backend, IReadOnlyList<string> warnings, CancellationToken cancellation)
    {
        var state = entry.State;
        foreach (var peer in (world.Registry.Find(state.Unit)?.Copies ?? []).Where(peer => peer != world.Self))
        {
            // Bookmarks of a writer that is none any more; what is left costs nothing but a line in a listing.
            _ = await backend.Streams.ForgetAnchorAsync(state.Unit, peer, cancellation);
        }

        var now = time.GetUtcNow();
        var frozen = entry.ClosedAt is { } closed ? now - closed : TimeSpan.Zero;
        var epoch = new Epoch(state.Epoch.Value + 1);
        var report = new SwitchoverReport(
            state.Unit, state.From, state.To, epoch, IsDone: true, [], warnings, state.Snapshot, state.Round,
            Math.Round(frozen.TotalSeconds, 3), Math.Round((now - entry.StartedAt).TotalSeconds, 3),
            $"{state.To} writes unit {state.Unit} in epoch {epoch}; nobody could write for {Spans.Short(frozen)}");
        entry.Mark($"done, closed for {Spans.Short(frozen)}");
        entry.End(null);
        log.LogInformation("{Text}", report.Text);
        tools.Watch(report);
        world.Changed(state.Unit);
        return report;
    }
}
