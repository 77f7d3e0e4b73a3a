using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Controller.Seen;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Provisioning;

/// <summary>
/// Grows a volume on both nodes. LINSTOR writes the new size down before its satellites try it, so everything that could go
/// wrong there is looked at before: afterwards it cannot be taken back.
/// </summary>
internal sealed class Growing(ControllerParts parts, GrownFilesystem filesystem)
{
    public async Task<Outcome> RunAsync(Resource resource, int volume, long bytes, string what, CancellationToken cancellation)
    {
        var kib = Sizes.Kib(bytes);
        var there = await parts.Looks.DefinitionAsync(resource.Name, what, cancellation);
        if (!there.IsOk)
        {
            return there.Fault;
        }

        if (there.Value is not { IsGoing: false } definition || !definition.Sizes.TryGetValue(volume, out var now))
        {
            return new Fault(FaultCode.NotFound, what, $"LINSTOR has no volume {Sizes.Text(volume)} of resource {resource.Name}", "Look at 'linstor volume-definition list'.", Retry.AfterLook);
        }

        if (kib < now)
        {
            return new Fault(FaultCode.OutOfRange, what, $"it has {Sizes.Text(now)} KiB, and volumes only grow", "Ask for more.", Retry.Never);
        }

        if (kib > now)
        {
            var grown = await OrderAsync(resource, volume, kib, kib - now, what, cancellation);
            if (!grown.IsOk)
            {
                return grown;
            }
        }

        var arrived = await parts.Arrival.GrownAsync(resource.Name, volume, bytes, what, cancellation);
        return arrived.IsOk ? await filesystem.GrowAsync(resource, volume, what, cancellation) : arrived;
    }

    private async Task<Outcome> OrderAsync(Resource resource, int volume, long kib, long growth, string what, CancellationToken cancellation)
    {
        var copies = await parts.Readiness.WholeAsync(resource.Name, what, cancellation);
        var room = copies.IsOk ? await RoomAsync(copies.Value, volume, growth, what, cancellation) : copies.Fault;
        var mirrored = room.IsOk ? await MirroredAsync(resource.Name, what, cancellation) : room;
        if (!mirrored.IsOk)
        {
            return mirrored;
        }

        var ordered = await parts.Changes.ResizeAsync(resource.Name, volume, kib, what, cancellation);
        if (ordered.Fault is not { Code: FaultCode.TimedOut or FaultCode.Unparseable } unknown)
        {
            return ordered;
        }

        var look = await parts.Looks.DefinitionAsync(resource.Name, what, cancellation);
        return look is { IsOk: true, Value: { } now } && now.Sizes.GetValueOrDefault(volume) == kib ? Outcome.Done : unknown;
    }

    // A copy whose pool is too small would stop the whole resource at the old size, with the new one written down.
    private async Task<Outcome> RoomAsync(IReadOnlyList<SeenResource> copies, int volume, long growth, string what, CancellationToken cancellation)
    {
        var pools = await parts.Looks.PoolsAsync(what, cancellation);
        if (!pools.IsOk)
        {
            return pools.Fault;
        }

        var needed = Sizes.Needed(growth);
        foreach (var copy in copies.Where(copy => !copy.IsDiskless))
        {
            var name = copy.Volumes.FirstOrDefault(found => found.Number == volume)?.Pool ?? "";
            var pool = pools.Value.FirstOrDefault(found => ControllerLooks.IsSame(found.Node, copy.Node) && ControllerLooks.IsSame(found.Name, name));
            if (pool?.FreeKib is not { } free)
            {
                return Faults.Mend(what, $"LINSTOR does not tell what is free in pool '{name}' on {copy.Node}: nothing was changed", "Look at 'linstor storage-pool list'.");
            }

            if (free < needed)
            {
                return new Fault(
                    FaultCode.OutOfSpace, what, $"pool {name} on {copy.Node} has {Sizes.Text(free)} KiB left and the copy there needs {Sizes.Text(needed)} more: nothing was changed",
                    $"Grow pool {name} on {copy.Node}, or ask for less.", Retry.AfterFix)
                {
                    Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["node"] = copy.Node, ["pool"] = name, ["freeKib"] = Sizes.Text(free), ["neededKib"] = Sizes.Text(needed) },
                };
            }
        }

        return Outcome.Done;
    }

    // What the kernel says of both copies counts more than what satellites told some time ago.
    private async Task<Outcome> MirroredAsync(string resource, string what, CancellationToken cancellation)
    {
        var state = await parts.Drbd.Tool.FindAsync(resource, what, cancellation);
        return !state.IsOk ? state.Fault
            : state.Value is { IsMirrored: true } ? Outcome.Done
            : Faults.Mend(what, $"resource {resource} is {state.Value?.ToString() ?? "not there"}: nothing was changed", "Wait until both copies are up to date and connected.");
    }
}
