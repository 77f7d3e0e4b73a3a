using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Controller.Seen;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Provisioning;

/// <summary>
/// Makes a resource of the resource group on both nodes. Each step looks first: asked again after any failure, it goes on
/// where it is.
/// </summary>
internal sealed class Spawning(ControllerParts parts)
{
    public async Task<Outcome> RunAsync(Resource resource, VolumeSpec spec, string what, CancellationToken cancellation)
    {
        if ((Refused(spec, what) ?? (await ArmedAsync(what, cancellation)).Fault) is { } refused)
        {
            return refused;
        }

        var kib = Sizes.Kib(spec.Bytes);
        var online = await parts.Readiness.OnlineAsync(parts.Nodes, what, cancellation);
        var there = online.IsOk ? await parts.Looks.DefinitionAsync(resource.Name, what, cancellation) : online.Fault;
        if (!there.IsOk)
        {
            return there.Fault;
        }

        if (there.Value is null)
        {
            var spawned = await parts.Changes.SpawnAsync(parts.Options.ResourceGroup, resource.Name, kib, parts.Nodes, ResourceProps.Of(spec.Kind), what, cancellation);
            there = await AfterAsync(spawned, resource.Name, what, cancellation);
            if (!there.IsOk)
            {
                return there.Fault;
            }
        }

        if (Differs(there.Value, resource.Name, kib, what) is { } other)
        {
            return other;
        }

        var placed = await PlaceAsync(resource.Name, what, cancellation);
        return placed.IsOk ? await parts.Arrival.WholeAsync(resource.Name, what, cancellation) : placed;
    }

    /// <summary>With versions that are not armed it would never be adopted: nothing is made then.</summary>
    public async Task<Outcome> ArmedAsync(string what, CancellationToken cancellation)
    {
        var versions = await parts.Drbd.Tool.AgainstVersionsAsync(what, cancellation);
        return !versions.IsOk ? versions.Fault
            : versions.Value is { } odd ? new Fault(FaultCode.Unsupported, what, $"{odd}; nothing was made", "See the plugin's README for versions.", Retry.AfterFix)
            : Outcome.Done;
    }

    private static Fault? Refused(VolumeSpec spec, string what) =>
        spec.Id.Name != "0" ? new Fault(
            FaultCode.Unsupported, what, "a resource is made with volume 0; others are added by hand", $"'linstor volume-definition create {spec.Id.Unit.Name} SIZE', then adopt it.", Retry.Never)
        : spec.Bytes <= 0 ? new Fault(FaultCode.InvalidArgument, what, "there is no such resource, and to make one its size must be said", "Say the size.", Retry.Never)
        : null;

    // An order that nobody answered: whether it was carried out is looked at, never guessed.
    private async Task<Outcome<SeenDefinition?>> AfterAsync(Outcome ordered, string name, string what, CancellationToken cancellation)
    {
        if (ordered.Fault is { Code: not (FaultCode.TimedOut or FaultCode.Unparseable) } refused)
        {
            return refused;
        }

        var look = await parts.Looks.DefinitionAsync(name, what, cancellation);
        return look is { IsOk: true, Value: null } or { IsOk: false } && ordered.Fault is { } unknown ? unknown
            : look is { IsOk: true, Value: null } ? new Fault(FaultCode.PreconditionFailed, what, $"LINSTOR says that it made {name} and does not have it", "Look at 'linstor resource-definition list'.", Retry.AfterLook)
            : look;
    }

    private static Fault? Differs(SeenDefinition? there, string name, long kib, string what) => there switch
    {
        { IsGoing: true } => new Fault(FaultCode.Busy, what, $"LINSTOR is still deleting a resource {name}", "Wait, or look at 'linstor resource-definition list'.", Retry.Later),
        { } found when found.Name != name => new Fault(FaultCode.AlreadyExists, what, $"LINSTOR has a resource '{found.Name}', and takes both names for one", "Choose another name.", Retry.Never),
        { } found when found.Sizes.Count > 0 && found.Sizes.GetValueOrDefault(0) != kib => new Fault(
            FaultCode.AlreadyExists, what, $"LINSTOR has a resource {name} with {Sizes.Text(found.Sizes.GetValueOrDefault(0))} KiB, not {Sizes.Text(kib)}", "Say its size, or choose another name.", Retry.Never),
        _ => null,
    };

    private async Task<Outcome> PlaceAsync(string name, string what, CancellationToken cancellation)
    {
        var copies = await parts.Looks.ResourcesAsync([name], what, cancellation);
        if (!copies.IsOk)
        {
            return copies.Fault;
        }

        if (copies.Value.FirstOrDefault(copy => !parts.Nodes.Any(node => ControllerLooks.IsSame(node, copy.Node))) is { } third)
        {
            return Faults.Mend(what, $"LINSTOR has resource {name} on {third.Node} too, and this backend knows two nodes", $"'linstor resource delete {third.Node} {name}'.");
        }

        var missing = parts.Nodes.Where(node => !copies.Value.Any(copy => !copy.IsDiskless && ControllerLooks.IsSame(copy.Node, node))).ToList();
        if (missing.Count == 0)
        {
            return Outcome.Done;
        }

        var placed = await parts.Changes.PlaceAsync(name, parts.Nodes, what, cancellation);
        return placed.Fault is { Code: FaultCode.TimedOut or FaultCode.Unparseable } ? Outcome.Done : placed;
    }
}
