using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Controller.Seen;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Provisioning;

/// <summary>
/// Looks now and then at what the controllers have, for the probe's remarks. Never more than a few seconds, and a controller
/// that did not answer is left alone for a while: who probes also looks at what services need.
/// </summary>
internal sealed class ControllerWatch(ControllerParts parts)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(20);
    private readonly Lock gate = new();
    private IReadOnlyList<string> remarks = [];
    private IReadOnlyList<SeenResource> copies = [];
    private long? lookedAt;

    /// <summary>What an operator should know. A controller's word never makes a backend fail.</summary>
    public async Task<IReadOnlyList<string>> LookAsync(CancellationToken cancellation)
    {
        lock (gate)
        {
            if (lookedAt is { } last && parts.Drbd.Time.GetElapsedTime(last) < Again)
            {
                return remarks;
            }

            lookedAt = parts.Drbd.Time.GetTimestamp();
        }

        var found = await LimitedAsync(cancellation);
        lock (gate)
        {
            foreach (var alarm in found.Where(text => !remarks.Contains(text, StringComparer.Ordinal)))
            {
                parts.Drbd.Say(Severity.Warning, alarm);
            }

            lookedAt = parts.Drbd.Time.GetTimestamp();
            return remarks = found;
        }
    }

    /// <summary>A volume with the room it takes of this node's pool, as the controllers told last.</summary>
    public Volume WithUse(Volume volume)
    {
        IReadOnlyList<SeenResource> known;
        lock (gate)
        {
            known = copies;
        }

        var here = known.FirstOrDefault(copy => ControllerLooks.IsSame(copy.Name, volume.Id.Unit.Name) && ControllerLooks.IsSame(copy.Node, parts.Drbd.Self.Value));
        return here?.Volumes.FirstOrDefault(found => Sizes.Text(found.Number) == volume.Id.Name)?.AllocatedKib is { } kib && kib <= long.MaxValue / 1024
            ? volume with { UsedBytes = kib * 1024 } : volume;
    }

    private async Task<IReadOnlyList<string>> LimitedAsync(CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Limit, parts.Drbd.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await AskAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return ["No LINSTOR controller answers in time: nothing can be made, grown or deleted. Services do not need one."];
        }
    }

    private async Task<IReadOnlyList<string>> AskAsync(CancellationToken cancellation)
    {
        const string What = "cannot look at what LINSTOR has";
        var names = parts.Drbd.Resources.Select(resource => resource.Name).ToList();
        var groups = await parts.Looks.GroupsAsync(parts.Options.ResourceGroup, What, cancellation);
        var definitions = groups.IsOk ? await parts.Looks.DefinitionsAsync(names, What, cancellation) : groups.Fault;
        var resources = definitions.IsOk ? await parts.Looks.ResourcesAsync(names, What, cancellation) : definitions.Fault;
        if (!resources.IsOk)
        {
            return [resources.Fault.Code == FaultCode.ControlPlaneUnavailable
                ? $"No LINSTOR controller answers: nothing can be made, grown or deleted. Services do not need one. ({resources.Fault.Why})"
                : $"LINSTOR cannot be looked at: {resources.Fault.Why}. {resources.Fault.NextStep}"];
        }

        lock (gate)
        {
            copies = resources.Value;
        }

        var group = groups.Value.FirstOrDefault(found => ControllerLooks.IsSame(found.Name, parts.Options.ResourceGroup));
        var ours = names.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return ControllerFindings.Judge(
            parts.Options.ResourceGroup, group, [.. definitions.Value.Where(definition => ours.Contains(definition.Name))], [.. resources.Value.Where(copy => ours.Contains(copy.Name))]);
    }
}
