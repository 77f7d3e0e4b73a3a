using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Kernel;
using NodeAgent.Plugins.LinstorBackend.Upkeep;

namespace NodeAgent.Plugins.LinstorBackend.Roles;

/// <summary>Closes a resource in order: unmounted, secondary, looked at.</summary>
internal sealed class Demotion(Parts parts, Release release)
{
    public async Task<Outcome> RunAsync(Resource resource, string what, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var look = await SettledAsync(resource, what, cancellation);
        if (!look.IsOk || look.Value is not { IsPrimary: true } state)
        {
            return look.WithoutValue();
        }

        if (state.IsFrozen || (resource.Thawing.IsSet && state.IsUpToDate))
        {
            // While writes wait, an unmount would wait with them for ever.
            progress?.Report(new OperationProgress("letting writes go that wait", null, null, CanCancel: false));
            var released = await release.RunAsync(resource, state, what, cancellation);
            if (!released.IsOk)
            {
                return released;
            }
        }

        progress?.Report(new OperationProgress("unmounting", null, null, CanCancel: false));
        var unmounted = await parts.Mounts.UnmountAsync(state, what, cancellation);
        if (!unmounted.IsOk)
        {
            return unmounted;
        }

        progress?.Report(new OperationProgress("becoming secondary", null, null, CanCancel: false));
        var secondary = await SecondaryAsync(resource, what, cancellation);
        var after = secondary.IsOk ? await parts.Tool.FindAsync(resource.Name, what, cancellation) : secondary.Fault;
        return !after.IsOk ? after.Fault
            : after.Value is { IsPrimary: true } ? new Fault(FaultCode.Internal, what, "the resource is still primary", "Look at 'drbdadm status'.", Retry.AfterLook)
            : after.Value is { } closed ? await RecordAsync(resource, closed, what, cancellation)
            : Outcome.Done;
    }

    /// <summary>
    /// What is there, once writes do not stand still for a reason that the agent does not end: an unmount would hang in it for ever. A
    /// snapshot's is over in a moment, and no reason to be refused: a stop that fails may cost the node a reset.
    /// </summary>
    private async Task<Outcome<ResourceState?>> SettledAsync(Resource resource, string what, CancellationToken cancellation)
    {
        var begun = parts.Time.GetTimestamp();
        while (true)
        {
            var look = await parts.Tool.FindAsync(resource.Name, what, cancellation);
            if (look is not { IsOk: true, Value: { IsFrozen: false } state } || Suspension.Told(state, parts.Peer, what) is not { } still)
            {
                return look;
            }

            if (parts.Time.GetElapsedTime(begun) >= Suspension.Moment)
            {
                return still;
            }

            await Task.Delay(Mounts.Glance, parts.Time, cancellation);
        }
    }

    // After an unmount as after any close for writing, udev opens a device for a moment to see what is on it.
    private async Task<Outcome> SecondaryAsync(Resource resource, string what, CancellationToken cancellation)
    {
        for (var glance = 1; ; glance++)
        {
            var secondary = await parts.Tool.SecondaryAsync(resource.Name, what, cancellation);
            if (secondary.IsOk || secondary.Fault.Code != FaultCode.InUse || glance >= Mounts.Glances)
            {
                return secondary;
            }

            await Task.Delay(Mounts.Glance, parts.Time, cancellation);
        }
    }

    // A disk that failed during the last writes did not stop them; nobody looks after the resource any more.
    private async Task<Outcome> RecordAsync(Resource resource, ResourceState closed, string what, CancellationToken cancellation)
    {
        if (closed.IsMirrored || !closed.IsConnected)
        {
            return Outcome.Done;
        }

        var seen = await resource.Book.ReadAsync(what, cancellation);
        if (!seen.IsOk)
        {
            return seen.Fault;
        }

        if (seen.Value.Certificate is not { } certificate || certificate.Writer != parts.Self)
        {
            return Outcome.Done;
        }

        // Whose disk is bad: without its own this node wrote through the peer, and that copy is the whole one. Both if both are.
        var isPeerBehind = !closed.IsPeerUpToDate || (closed.IsUpToDate && (!closed.IsDifferent || certificate.Covers(parts.Self)));
        var inSync = closed.IsUpToDate ? certificate.InSync : certificate.InSync.Remove(parts.Self.Value);
        inSync = isPeerBehind ? inSync.Remove(parts.Peer.Value) : inSync;
        return inSync.Count == certificate.InSync.Count ? Outcome.Done : (await resource.Book.WriteAsync(
            what, seen.Value, certificate with { InSync = inSync, Because = $"not both copies were whole when {parts.Self} closed it: {closed}" }, cancellation)).WithoutValue();
    }
}
