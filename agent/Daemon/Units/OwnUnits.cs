using NodeAgent.Contract;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Units.Handovers;

namespace NodeAgent.Daemon.Units;

/// <summary>
/// Makes the units that this node writes usable again after a start: mounted, writable, at the same epoch. The storage
/// refuses an epoch older than it has seen, so a node that lost a unit while it was away does not get it back here.
/// </summary>
public sealed class OwnUnits(UnitWorld world, OperationRunner runner, ILogger log)
{
    private readonly HashSet<(UnitId Unit, Epoch Epoch)> taken = [];
    private readonly Dictionary<UnitId, string> refused = [];

    /// <summary>Takes up what is not yet. One that cannot be taken up is told once for each reason, and tried again next time.</summary>
    public async Task TakeUpAsync(CancellationToken cancellation)
    {
        // Each epoch anew: a unit that was moved away and back is another matter.
        foreach (var record in world.Registry.All().Where(record => record.Writer == world.Self && !taken.Contains((record.Unit, record.Epoch))))
        {
            if (IsBeingMoved(record.Unit))
            {
                continue;
            }

            var outcome = await runner.AloneAsync($"take-up/{record.Unit}", () => TakeUpAsync(record.Unit, cancellation), cancellation);
            if (outcome.IsOk)
            {
                taken.Add((record.Unit, record.Epoch));
                log.LogInformation("unit {Unit} can be written here, epoch {Epoch}", record.Unit, record.Epoch);
            }
            else if (refused.GetValueOrDefault(record.Unit) != outcome.Fault.ToString())
            {
                refused[record.Unit] = outcome.Fault.ToString();
                log.LogError("unit {Unit} cannot be written here: {Fault}", record.Unit, outcome.Fault);
            }
        }
    }

    // The move itself opens the unit again if it is undone.
    private bool IsBeingMoved(UnitId unit) => world.Journal.Open().Any(known => known.Key == SwitchoverEntry.KeyOf(unit));

    private async Task<Outcome> TakeUpAsync(UnitId unit, CancellationToken cancellation)
    {
        // Looked at again: while this waited for its turn, the unit may have got another writer.
        if (world.Registry.Find(unit) is not { } record || record.Writer != world.Self || IsBeingMoved(unit))
        {
            return Outcome.Done;
        }

        var grant = world.Tenures.Grant(record, world.Self);
        if (!grant.IsOk)
        {
            return grant.Fault;
        }

        // A unit whose first volume is still being made is that order's to finish.
        var roles = world.Replicated(record.Unit.Backend)?.Roles ?? world.Synchronous(record.Unit.Backend)?.Roles;
        if (roles is null)
        {
            return UnitFaults.NoBackend(record.Unit.Backend.Value, world.Backends().Keys);
        }

        var role = await roles.GetRoleAsync(record.Unit, cancellation);
        return role switch
        {
            { IsOk: false } => role.Fault,
            { Value.Role: Role.Absent } => new Fault(
                FaultCode.NotFound, $"cannot use unit {record.Unit}", "its storage is not here",
                "Is its pool imported, its file system mounted?", Retry.Later),
            _ => (await roles.PromoteAsync(grant.Value, null, cancellation)).WithoutValue(),
        };
    }
}
