using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Upkeep;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Roles;

/// <summary>Imported is writer. The certificate says who may be.</summary>
internal sealed class MirrorRoles(Parts parts, FreezeWatch watch, Promotion promotion, Demotion demotion) : IRoles
{
    public async Task<Outcome<RoleReport>> GetRoleAsync(UnitId unit, CancellationToken cancellation)
    {
        var what = $"cannot look at the role of unit {unit}";
        return parts.Check(unit) is { } wrong ? wrong : await ReportAsync(what, cancellation);
    }

    public async Task<Outcome<PromotePlan>> PlanPromoteAsync(UnitId unit, CancellationToken cancellation)
    {
        var what = $"cannot plan to promote unit {unit}";
        if (parts.Check(unit) is { } wrong)
        {
            return wrong;
        }

        var seen = await parts.Book.ReadAsync(what, cancellation);
        var version = seen.IsOk ? await parts.Tool.VersionAsync(what, cancellation) : seen.Fault;
        if (!version.IsOk)
        {
            return version.Fault;
        }

        var certificate = seen.Value.Certificate;
        List<string> blockers = [];
        if (Verdict.Against(parts, certificate, version.Value.Rule, version.Value.Version, what) is { } against)
        {
            blockers.Add(against.Why);
        }
        else if (!parts.Tool.IsImported && await Halves.ReadAsync(parts, certificate!, what, cancellation) is { IsOk: false } missing)
        {
            blockers.Add(missing.Fault.Why);
        }
        else if (!parts.Tool.IsImported && !certificate!.HoldsAll(parts.Self) && !await parts.Connections.IsAnsweringAsync(cancellation))
        {
            blockers.Add($"this node's half alone does not hold everything, and {parts.Peer} does not offer its own ({certificate})");
        }

        return new PromotePlan(unit, null, Verdict.Loss(parts, certificate), Steps(), blockers);
    }

    public async Task<Outcome<RoleReport>> PromoteAsync(WriteGrant grant, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var what = $"cannot promote unit {grant.Unit}";
        if ((parts.Check(grant.Unit) ?? parts.Check(grant, what)) is { } wrong)
        {
            return wrong;
        }

        return await watch.HoldAsync(
            async () => await promotion.RunAsync(grant, what, progress, cancellation) is { IsOk: false } failed ? failed.Fault : await ReportAsync(what, cancellation), cancellation);
    }

    public async Task<Outcome<RoleReport>> DemoteAsync(UnitId unit, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var what = $"cannot demote unit {unit}";
        if (parts.Check(unit) is { } wrong)
        {
            return wrong;
        }

        return await watch.HoldAsync(
            async () => await demotion.RunAsync(what, progress, cancellation) is { IsOk: false } failed ? failed.Fault : await ReportAsync(what, cancellation), cancellation);
    }

    private async Task<Outcome<RoleReport>> ReportAsync(string what, CancellationToken cancellation)
    {
        var epoch = parts.Epochs.Read();
        if (!epoch.IsOk)
        {
            return epoch.Fault;
        }

        if (parts.Tool.IsImported)
        {
            return new RoleReport(parts.Unit, Role.Writer, epoch.Value, "imported");
        }

        var label = await parts.Tool.LabelAsync(what, parts.Pairs[0].Local, cancellation);

        // The kernel says that it is not imported, and that is what counts: unknown would have the node reset for one drive.
        return !label.IsOk ? new RoleReport(parts.Unit, Role.Reader, epoch.Value, $"not imported here; {label.Fault.Why}")
            : label.Value is { } half && half.Pool == parts.Options.Pool ? new RoleReport(parts.Unit, Role.Reader, epoch.Value, half.IsExported ? "exported" : "not imported here")
            : new RoleReport(parts.Unit, Role.Absent, epoch.Value, "no half of the pool on this node");
    }

    private List<string> Steps() =>
    [
        $"Take this node's drives away from {parts.Peer}, and look that nobody is left.",
        "Write this node into the certificate.",
        $"Closed in order: connect to the drives of {parts.Peer} and import both halves.",
        $"Otherwise: record that {parts.Peer} is out of date, reclaim this half, import it.",
        "Mount the filesystems.",
    ];
}
