using NodeAgent.Contract;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Api;

/// <summary>Replacing a drive of a backend. The backend weighs it, and carries it out by its upkeep.</summary>
internal sealed class DriveEndpoints(UnitWorld world, ILogger log) : IApiEndpoints
{
    public void Map(ApiRoutes routes)
    {
        routes.Post<DriveOrder, DriveReport>("/v1/drives/replace/plan", PlanAsync);
        routes.Post<DriveOrder, DriveReport>("/v1/drives/replace", ReplaceAsync);
    }

    public async Task<Outcome<DriveReport>> PlanAsync(DriveOrder order, CancellationToken cancellation)
    {
        var found = await FindAsync(order, cancellation);
        return found.Map(one => one.Report);
    }

    public async Task<Outcome<DriveReport>> ReplaceAsync(DriveOrder order, CancellationToken cancellation)
    {
        var found = await FindAsync(order, cancellation);
        if (!found.IsOk)
        {
            return found.Fault;
        }

        var ordered = await found.Value.Drives.ReplaceAsync(Of(order), cancellation);
        if (!ordered.IsOk)
        {
            return ordered.Fault;
        }

        log.LogWarning("an operator replaced drive {Drive} of backend {Backend} with {With}", order.Drive, found.Value.Report.Backend, order.With);

        // It is ordered whether or not somebody can say how far it is.
        var now = await found.Value.Drives.PlanReplacementAsync(Of(order), cancellation);
        return found.Value.Report with { Plan = now.IsOk ? now.Value : found.Value.Report.Plan, IsOrdered = true };
    }

    private async Task<Outcome<(DriveReport Report, IDriveReplacement Drives)>> FindAsync(DriveOrder order, CancellationToken cancellation)
    {
        var what = $"cannot replace drive {order.Drive}";
        var backends = world.Backends().Where(entry => order.Backend is null || entry.Key.Value == order.Backend).ToList();
        var able = backends.Select(entry => (entry.Key, Drives: entry.Value.Ability<IDriveReplacement>())).Where(entry => entry.Drives is not null).ToList();
        if (able.Count == 0)
        {
            return new Fault(
                FaultCode.Unsupported, what,
                backends.Count == 0 ? $"no backend that is ready on {world.Self}{(order.Backend is null ? "" : $" is called {order.Backend}")}" : $"none of the backends on {world.Self} replaces drives itself ({string.Join(", ", backends.Select(entry => entry.Key))})",
                "Replace it with the storage's own tools, such as 'zpool replace'. Is the backend ready: 'nodeagent plugin list'?", Retry.AfterFix);
        }

        Fault? unknown = null;
        foreach (var (id, drives) in able)
        {
            var plan = await drives!.PlanReplacementAsync(Of(order), cancellation);
            if (plan.IsOk)
            {
                return (new DriveReport(id, order.Drive, order.With, plan.Value, plan.Value.Stage != DriveReplacementStage.NotOrdered), drives);
            }

            if (plan.Fault.Code != FaultCode.NotFound)
            {
                return plan.Fault;
            }

            unknown = plan.Fault;
        }

        return unknown!;
    }

    private static DriveReplacement Of(DriveOrder order) => new(order.Drive, order.With);
}
