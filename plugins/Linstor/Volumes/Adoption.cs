using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Certificates;
using NodeAgent.Plugins.LinstorBackend.Roles;

namespace NodeAgent.Plugins.LinstorBackend.Volumes;

/// <summary>The first certificate of a resource that an operator made: only where the kernel shows two whole copies.</summary>
internal sealed class Adoption(Parts parts, Promotion promotion)
{
    /// <summary>Adopts the resource and opens it here. Killed in between: goes on where it was.</summary>
    public async Task<Outcome> RunAsync(Resource resource, WriteGrant grant, string what, CancellationToken cancellation)
    {
        var seen = await resource.Book.ReadAsync(what, cancellation);
        if (!seen.IsOk)
        {
            return seen.Fault;
        }

        if (seen.Value.Certificate is null)
        {
            var begun = await BeginAsync(resource, seen.Value, grant, what, cancellation);
            if (!begun.IsOk)
            {
                return begun;
            }
        }

        return await promotion.RunAsync(resource, grant, what, null, cancellation);
    }

    private async Task<Outcome> BeginAsync(Resource resource, Certified seen, WriteGrant grant, string what, CancellationToken cancellation)
    {
        var versions = await parts.Tool.AgainstVersionsAsync(what, cancellation);
        var look = versions.IsOk ? await parts.Tool.FindAsync(resource.Name, what, cancellation) : versions.Fault;
        if (!look.IsOk || versions.Value is not null)
        {
            return look.Fault ?? new Fault(FaultCode.Unsupported, what, versions.Value!, "See the plugin's README for versions.", Retry.AfterFix);
        }

        if (look.Value is not { IsMirrored: true, IsSecondary: true, PeerRole: "Secondary", Odd: null } state)
        {
            return Faults.Mend(
                what, $"resource {resource.Name} is {look.Value?.ToString() ?? "not there"}, and is adopted only while both copies are up to date, connected and secondary",
                $"Make it on both nodes with drbdadm (create-md, up), copy it once, 'drbdadm secondary {resource.Name}', then do this again.");
        }

        var right = await promotion.CheckAsync(resource, what, cancellation);
        var stored = right.IsOk ? resource.Epochs.Store(grant.Epoch) : right;
        return !stored.IsOk ? stored : (await resource.Book.WriteAsync(
            what, seen, new Certificate(parts.Self, grant.Epoch, parts.Both, $"adopted as {state}"), cancellation)).WithoutValue();
    }
}
