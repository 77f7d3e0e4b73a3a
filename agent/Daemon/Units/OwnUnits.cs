using NodeAgent.Contract;
using NodeAgent.Core.Units;

namespace NodeAgent.Daemon.Units;

/// <summary>
/// Makes the units that this node writes usable again after a start: mounted, writable, at the same epoch. The storage
/// refuses an epoch older than it has seen, so a node that lost a unit while it was away does not get it back here.
/// </summary>
public sealed class OwnUnits(UnitWorld world, ILogger log)
{
    private readonly HashSet<UnitId> taken = [];
    private readonly Dictionary<UnitId, string> refused = [];

    /// <summary>Takes up what is not yet. One that cannot be taken up is told once for each reason, and tried again next time.</summary>
    public async Task TakeUpAsync(CancellationToken cancellation)
    {
        foreach (var record in world.Registry.All().Where(record => record.Writer == world.Self && !taken.Contains(record.Unit)))
        {
            var outcome = await TakeUpAsync(record, cancellation);
            if (outcome.IsOk)
            {
                taken.Add(record.Unit);
                log.LogInformation("unit {Unit} can be written here, epoch {Epoch}", record.Unit, record.Epoch);
            }
            else if (refused.GetValueOrDefault(record.Unit) != outcome.Fault.ToString())
            {
                refused[record.Unit] = outcome.Fault.ToString();
                log.LogError("unit {Unit} cannot be written here: {Fault}", record.Unit, outcome.Fault);
            }
        }
    }

    private async Task<Outcome> TakeUpAsync(UnitRecord record, CancellationToken cancellation)
    {
        var grant = Grants.For(record, world.Self);
        if (!grant.IsOk)
        {
            return grant.Fault;
        }

        // A unit whose first volume is still being made is that order's to finish.
        if (world.Replicated(record.Unit.Backend) is not { } backend)
        {
            return UnitFaults.NoBackend(record.Unit.Backend.Value, world.Backends().Keys);
        }

        var role = await backend.Roles.GetRoleAsync(record.Unit, cancellation);
        return role switch
        {
            { IsOk: false } => role.Fault,
            { Value.Role: Role.Absent } => new Fault(
                FaultCode.NotFound, $"cannot use unit {record.Unit}", "its storage is not here",
                "Is its pool imported, its file system mounted?", Retry.Later),
            _ => (await backend.Roles.PromoteAsync(grant.Value, null, cancellation)).WithoutValue(),
        };
    }
}
