using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Kernel;

namespace NodeAgent.Plugins.LinstorBackend.Upkeep;

/// <summary>
/// Has the kernel keep to the rate of copying that was asked for, and changes nothing else. On a node that does not write: that is where copies are made
/// and compared from, and the kernel tells the peer. A writer's is not touched: whatever an order to the kernel may wait for, it is no service's writes.
/// </summary>
internal sealed class RateWatch(Parts parts, Resource resource)
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private long? lookedAt;

    /// <summary>The step of one look.</summary>
    public async Task<Outcome> KeepAsync(ResourceState state, CancellationToken cancellation)
    {
        if (parts.Options.ResyncRate is not { } rate || !state.IsSecondary || state.IsStill || (parts.Tool.IsNine && state.PeerId is null) || state.Volumes.Count == 0
            || state.Volumes.Any(volume => volume.Disk is "Diskless" or "Attaching" or "Detaching" or "Failed")
            || (lookedAt is { } last && parts.Time.GetElapsedTime(last) < Every))
        {
            return Outcome.Done;
        }

        lookedAt = parts.Time.GetTimestamp();
        var what = $"cannot set how fast resource {resource.Name} is copied";
        var found = await parts.Tool.CheckOptionsAsync(resource.Name, what, cancellation);
        if (!found.IsOk || rate.Instead(found.Value, state) is not { } instead)
        {
            return found.WithoutValue();
        }

        var set = Outcome.Done;
        foreach (var volume in state.Volumes)
        {
            set = set.IsOk ? await parts.Tool.LimitAsync(state, volume, rate, what, cancellation) : set;
        }

        if (set.IsOk)
        {
            parts.Say(Severity.Information, $"{resource.Unit}: copied with {rate} a second at most now, before: {instead}");
        }

        return set;
    }
}
