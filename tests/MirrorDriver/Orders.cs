using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Core.Units;

namespace NodeAgent.MirrorDriver;

/// <summary>What can be asked of a driver. Answers begin with "ok" or with the fault's code.</summary>
internal sealed class Orders(IBackend backend, UnitId unit, NodeId self)
{
    private IRoles Roles => backend.Ability<IRoles>()!;

    public async Task<string> CarryOutAsync(string[] words) => words switch
    {
        ["create", var name, var bytes, var epoch] => Say(await backend.Ability<IVolumes>()!.CreateAsync(
            new VolumeSpec(new VolumeId(unit, name), VolumeKind.Filesystem, long.Parse(bytes, CultureInfo.InvariantCulture)), Grant(epoch), default)),
        ["promote", var epoch] => Say(await Roles.PromoteAsync(Grant(epoch), null, default)),
        ["demote"] => Say(await Roles.DemoteAsync(unit, null, default)),
        ["role"] => Say(await Roles.GetRoleAsync(unit, default)),
        ["plan"] => await PlanAsync(),
        ["status"] => await StatusAsync(),
        ["pools"] => await PoolsAsync(),
        ["probe"] => await ProbeAsync(),
        _ => $"InvalidArgument: '{string.Join(' ', words)}' is no order",
    };

    private static string Say<T>(Outcome<T> outcome) => outcome.IsOk ? $"ok {outcome.Value}" : Say(outcome.Fault);

    private static string Say(Fault fault) => $"{fault.Code}: {fault.ToString().ReplaceLineEndings(" ")}";

    private async Task<string> PlanAsync()
    {
        var plan = await Roles.PlanPromoteAsync(unit, default);
        return plan.IsOk ? $"ok {plan.Value.Loss.Confidence}; blockers: {string.Join("; ", plan.Value.Blockers)}" : Say(plan.Fault);
    }

    private async Task<string> StatusAsync()
    {
        var status = await backend.Ability<IReplicationStatus>()!.ReadStatusAsync(unit, default);
        return status.IsOk ? "ok " + string.Join("; ", status.Value.Copies.Select(copy => $"{copy.Node}={copy.State}")) + " | " + status.Value.Copies[0].Native : Say(status.Fault);
    }

    private async Task<string> PoolsAsync()
    {
        var pools = await backend.Ability<IPools>()!.ListPoolsAsync(default);
        return pools.IsOk ? "ok " + string.Join("; ", pools.Value.Select(pool => $"{pool.Name} {pool.Health} {string.Join(' ', pool.Remarks)}")) : Say(pools.Fault);
    }

    private async Task<string> ProbeAsync()
    {
        var health = await backend.ProbeAsync(default);
        return health.IsOk ? $"ok {health.Value.Level} {health.Value.Version} {string.Join(' ', health.Value.Remarks)}" : Say(health.Fault);
    }

    private WriteGrant Grant(string epoch)
    {
        var record = new UnitRecord(unit, self, new Epoch(long.Parse(epoch, CultureInfo.InvariantCulture)), 1, [], TimeSpan.FromMinutes(1), 1, 1, false);
        return Grants.For(record, self).Value;
    }
}
