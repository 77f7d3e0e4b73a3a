using NodeAgent.Contract;

namespace NodeAgent.Plugins.LinstorBackend.Roles;

/// <summary>Primary is writer. The certificate says who may be.</summary>
internal sealed class DrbdRoles(Parts parts, Promotion promotion, Demotion demotion) : IRoles
{
    public async Task<Outcome<RoleReport>> GetRoleAsync(UnitId unit, CancellationToken cancellation)
    {
        var what = $"cannot look at the role of unit {unit}";
        var resource = parts.Find(unit);
        return resource.IsOk ? await ReportAsync(resource.Value, what, cancellation) : resource.Fault;
    }

    public async Task<Outcome<PromotePlan>> PlanPromoteAsync(UnitId unit, CancellationToken cancellation)
    {
        var what = $"cannot plan to promote unit {unit}";
        var resource = parts.Find(unit);
        var seen = resource.IsOk ? await resource.Value.Book.ReadAsync(what, cancellation) : resource.Fault;
        var versions = seen.IsOk ? await parts.Tool.AgainstVersionsAsync(what, cancellation) : seen.Fault;
        var look = versions.IsOk ? await parts.Tool.FindAsync(unit.Name, what, cancellation) : versions.Fault;
        if (!look.IsOk)
        {
            return look.Fault;
        }

        List<string> blockers = [];
        if (versions.Value is { } odd)
        {
            blockers.Add(odd);
        }

        if (Verdict.Against(parts, unit.Name, seen.Value.Certificate, what) is { } against)
        {
            blockers.Add(against.Why);
        }
        else if (look.Value is { IsPrimary: false, IsConsistent: false } bad)
        {
            blockers.Add($"the copy here is {bad}");
        }

        return new PromotePlan(unit, null, Verdict.Loss(parts.Self, seen.Value.Certificate), Steps(resource.Value), blockers);
    }

    public async Task<Outcome<RoleReport>> PromoteAsync(WriteGrant grant, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var what = $"cannot promote unit {grant.Unit}";
        if (grant.Holder != parts.Self)
        {
            return new Fault(FaultCode.NotWriter, what, $"the grant is held by node {grant.Holder}", $"Do it on node {grant.Holder}.", Retry.Never);
        }

        return await AloneAsync(grant.Unit, what, resource => promotion.RunAsync(resource, grant, what, progress, cancellation), cancellation);
    }

    public Task<Outcome<RoleReport>> DemoteAsync(UnitId unit, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var what = $"cannot demote unit {unit}";
        return AloneAsync(unit, what, resource => demotion.RunAsync(resource, what, progress, cancellation), cancellation);
    }

    private async Task<Outcome<RoleReport>> AloneAsync(UnitId unit, string what, Func<Resource, Task<Outcome>> change, CancellationToken cancellation)
    {
        var resource = parts.Find(unit);
        if (!resource.IsOk)
        {
            return resource.Fault;
        }

        await resource.Value.Gate.WaitAsync(cancellation);
        try
        {
            var changed = await change(resource.Value);
            return changed.IsOk ? await ReportAsync(resource.Value, what, cancellation) : changed.Fault;
        }
        finally
        {
            resource.Value.Gate.Release();
        }
    }

    private async Task<Outcome<RoleReport>> ReportAsync(Resource resource, string what, CancellationToken cancellation)
    {
        var epoch = resource.Epochs.Read();
        var look = epoch.IsOk ? await parts.Tool.FindAsync(resource.Name, what, cancellation) : epoch.Fault;

        // What the kernel does not have is open nowhere on this node.
        return look.Map(state => new RoleReport(
            resource.Unit, state is { IsSecondary: false } ? (state.IsPrimary ? Role.Writer : Role.Unknown) : Role.Reader, epoch.Value, state?.ToString() ?? "down"));
    }

    private List<string> Steps(Resource resource) =>
    [
        $"Write this node into the certificate; {parts.Peer} stays in it only if both copies are whole and connected.",
        $"Connected: 'drbdadm primary {resource.Name}'. Otherwise: disconnect, look at the copy here, 'drbdadm primary --force {resource.Name}', connect.",
        resource.Kind == VolumeKind.Filesystem ? "Mount the filesystems." : "Nothing is mounted: its devices are used as they are.",
    ];
}
