using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Api;

/// <summary>Snapshots that an operator makes.</summary>
internal sealed class SnapshotEndpoints(UnitWorld world, CloneOrders clones) : IApiEndpoints
{
    public void Map(ApiRoutes routes)
    {
        routes.Get("/v1/snapshots", ListAsync);
        routes.Post<Messages.OfSnapshot, DoneReport>("/v1/snapshots", (order, cancellation) => OnOwnAsync(order.Unit, async own =>
            UnitEndpoints.Done(await CreateAsync(own, order.Name, cancellation), $"snapshot {order.Unit}@{order.Name} is made")));
        routes.Post<Messages.OfSnapshot, DoneReport>("/v1/snapshots/delete", (order, cancellation) => OnOwnAsync(order.Unit, async own =>
            UnitEndpoints.Done(await own.Backend.Snapshots.DeleteAsync(own.Record.Unit, [order.Name], cancellation), $"snapshot {order.Unit}@{order.Name} is deleted")));
        routes.Post<Messages.Hold, DoneReport>("/v1/snapshots/hold", (order, cancellation) => OnOwnAsync(order.Unit, async own =>
            UnitEndpoints.Done(await own.Backend.Snapshots.HoldAsync(IdOf(own, order.Name), order.Tag, cancellation), $"snapshot {order.Unit}@{order.Name} is held by {order.Tag}")));
        routes.Post<Messages.Hold, DoneReport>("/v1/snapshots/release", (order, cancellation) => OnOwnAsync(order.Unit, async own =>
            UnitEndpoints.Done(await own.Backend.Snapshots.ReleaseAsync(IdOf(own, order.Name), order.Tag, cancellation), $"snapshot {order.Unit}@{order.Name} is released by {order.Tag}")));
        routes.Post<Messages.OfSnapshot, RollbackReport>("/v1/snapshots/plan-rollback", (order, cancellation) => OnOwnAsync(order.Unit, async own =>
            (await own.Backend.Snapshots.PlanRollbackAsync(IdOf(own, order.Name), cancellation)).Map(plan => new RollbackReport(
                $"{order.Unit}@{order.Name}", plan.DestroysSnapshots, plan.DestroysClones, plan.Blockers, plan.Fingerprint))));
        routes.Post<Messages.Rollback, DoneReport>("/v1/snapshots/rollback", (order, cancellation) => OnOwnAsync(order.Unit, own => RollbackAsync(own, order, cancellation)));
        routes.Post<Messages.CloneTo, DoneReport>("/v1/snapshots/clone", async (order, cancellation) =>
            (await clones.CloneAsync(order.Unit, order.Name, order.NewUnit, cancellation)).Map(unit => new DoneReport($"unit {unit} is a clone of {order.Unit}@{order.Name}")));
    }

    // Retention would delete it, and the next cycle's name is made from the largest number there is.
    private static async Task<Outcome> CreateAsync(OwnUnit own, string name, CancellationToken cancellation) =>
        SnapshotName.Parse(name) is null
            ? (await own.Backend.Snapshots.CreateAsync(IdOf(own, name), own.Grant, cancellation)).WithoutValue()
            : new Fault(FaultCode.InvalidArgument, $"cannot make snapshot {own.Record.Unit}@{name}",
                "names of this form are given by replication, which also deletes them", "Choose another name.", Retry.Never);

    private static SnapshotId IdOf(OwnUnit own, string name) => new(own.Record.Unit, name);

    private async Task<Outcome<T>> OnOwnAsync<T>(string unit, Func<OwnUnit, Task<Outcome<T>>> work)
    {
        var own = world.FindOwn(unit);
        return own.IsOk ? await work(own.Value) : own.Fault;
    }

    private async Task<Outcome<IReadOnlyList<SnapshotReport>>> ListAsync(HttpContext context)
    {
        var record = world.Finder.Find(context.Request.Query["unit"].ToString());
        if (!record.IsOk)
        {
            return record.Fault;
        }

        if (world.Replicated(record.Value.Unit.Backend) is not { } backend)
        {
            return UnitFaults.NoBackend(record.Value.Unit.Backend.Value, world.Backends().Keys);
        }

        var found = await backend.Snapshots.ListAsync(record.Value.Unit, context.RequestAborted);
        return found.Map<IReadOnlyList<SnapshotReport>>(snapshots =>
            [.. snapshots.Select(snapshot => new SnapshotReport(snapshot.Id.Unit, snapshot.Id.Name, snapshot.CreatedAt, snapshot.Guids, snapshot.Holds))]);
    }

    private static async Task<Outcome<DoneReport>> RollbackAsync(OwnUnit own, Messages.Rollback order, CancellationToken cancellation)
    {
        var plan = await own.Backend.Snapshots.PlanRollbackAsync(IdOf(own, order.Name), cancellation);
        if (!plan.IsOk)
        {
            return plan.Fault;
        }

        if (plan.Value.Fingerprint != order.Fingerprint)
        {
            return new Fault(FaultCode.PreconditionFailed, $"cannot roll {order.Unit} back", "something changed since the plan was shown",
                "Look at the plan again: 'nodeagent snapshot rollback --plan'.", Retry.AfterFix);
        }

        return UnitEndpoints.Done(await own.Backend.Snapshots.RollbackAsync(plan.Value, own.Grant, cancellation), $"unit {order.Unit} is back at {order.Name}");
    }
}
