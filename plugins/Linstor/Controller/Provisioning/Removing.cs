using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Controller.Seen;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Provisioning;

/// <summary>
/// Deletes a volume with its copies on all nodes: only what is open nowhere, and only while every node can be asked. Its certificate
/// goes first: what was agreed of these copies says nothing of the next resource of that name.
/// </summary>
internal sealed class Removing(ControllerParts parts)
{
    public async Task<Outcome> RunAsync(Resource resource, int volume, string what, CancellationToken cancellation)
    {
        var there = await parts.Looks.DefinitionAsync(resource.Name, what, cancellation);
        if (!there.IsOk)
        {
            return there.Fault;
        }

        if (there.Value is not { } definition || (definition.Sizes.Count > 0 && !definition.Sizes.ContainsKey(volume)))
        {
            return await AbsentAsync(resource, volume, what, cancellation);
        }

        // Read before it is seen closed: whoever opens it after that has to replace it, and then it is not deleted.
        var seen = await resource.Book.ReadAsync(what, cancellation);
        var copies = seen.IsOk ? await parts.Looks.ResourcesAsync([resource.Name], what, cancellation) : seen.Fault;
        var online = copies.IsOk ? await parts.Readiness.OnlineAsync(copies.Value.Select(copy => copy.Node), what, cancellation) : copies.Fault;
        var closed = online.IsOk ? await ClosedAsync(resource, copies.Value, what, cancellation) : online;
        if (!closed.IsOk)
        {
            return closed;
        }

        return definition.Sizes.Count > 1 ? await SettleAsync(
                await parts.Changes.DeleteVolumeAsync(resource.Name, volume, what, cancellation), resource.Name, left => left is null || !left.Sizes.ContainsKey(volume), what, cancellation)
            : await resource.Book.VoidAsync(what, seen.Value, cancellation) is { IsOk: false } stays ? stays
            : await WholeAsync(resource, what, cancellation);
    }

    private async Task<Outcome> WholeAsync(Resource resource, string what, CancellationToken cancellation)
    {
        var name = resource.Name;
        var snapshots = await parts.Looks.SnapshotsAsync(name, what, cancellation);
        if (!snapshots.IsOk)
        {
            return snapshots.Fault;
        }

        foreach (var snapshot in snapshots.Value)
        {
            var deleted = await parts.Changes.DeleteSnapshotAsync(name, snapshot.Name, what, cancellation);
            if (!deleted.IsOk)
            {
                return deleted;
            }
        }

        var gone = await SettleAsync(await parts.Changes.DeleteAsync(name, what, cancellation), name, left => left is null, what, cancellation);
        return gone.IsOk ? resource.ForgetMarks() : gone;
    }

    // Answered or not: done is what is not there any more.
    private async Task<Outcome> SettleAsync(Outcome ordered, string name, Func<SeenDefinition?, bool> isGone, string what, CancellationToken cancellation)
    {
        if (ordered.Fault is { Code: not (FaultCode.TimedOut or FaultCode.Unparseable) } refused)
        {
            return refused;
        }

        var left = await parts.Looks.DefinitionAsync(name, what, cancellation);
        return left is { IsOk: true } && isGone(left.Value) ? Outcome.Done
            : ordered.Fault is { } unknown ? unknown
            : !left.IsOk ? left.Fault
            : new Fault(FaultCode.Busy, what, $"LINSTOR is still deleting {name}", "Look at 'linstor resource list': a node that is away keeps it.", Retry.Later);
    }

    private async Task<Outcome> ClosedAsync(Resource resource, IReadOnlyList<SeenResource> copies, string what, CancellationToken cancellation)
    {
        if (Readiness.Opened(copies, what) is { } opened)
        {
            return opened;
        }

        var state = await parts.Drbd.Tool.FindAsync(resource.Name, what, cancellation);
        return !state.IsOk ? state.Fault
            : state.Value is null or { IsSecondary: true, PeerRole: "Secondary" } ? Outcome.Done
            : state.Value.IsPrimary || state.Value.PeerRole == "Primary" ? (await parts.Readiness.ClosedAsync(resource, [], what, cancellation)).Fault!
            : new Fault(FaultCode.PeerUnavailable, what, $"resource {resource.Name} is {state.Value}: nobody knows whether {parts.Drbd.Peer} has it open", $"Bring {parts.Drbd.Peer} back.", Retry.Later);
    }

    private async Task<Outcome> AbsentAsync(Resource resource, int volume, string what, CancellationToken cancellation)
    {
        var state = await parts.Drbd.Tool.FindAsync(resource.Name, what, cancellation);
        return !state.IsOk ? state.Fault
            : state.Value is null || state.Value.Volumes.All(found => found.Number != volume) ? Outcome.Done
            : new Fault(
                FaultCode.Unsupported, what, "LINSTOR does not have it, but the kernel does: it was made by hand", $"'drbdadm down {resource.Name}' and 'drbdadm wipe-md' on both nodes.", Retry.Never);
    }
}
