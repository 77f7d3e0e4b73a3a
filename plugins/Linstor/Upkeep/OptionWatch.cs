using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Kernel;
using NodeAgent.Plugins.LinstorBackend.Tool;

namespace NodeAgent.Plugins.LinstorBackend.Upkeep;

/// <summary>
/// Has the kernel keep to the options that were asked for (resync_rate, apply_options), and changes nothing else. On a node that does not write: that is
/// where copies are made and compared from, each node is that before it writes, and whatever an order to the kernel may wait for, it is no service's writes.
/// </summary>
internal sealed class OptionWatch(Parts parts, Resource resource)
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private long? lookedAt;
    private string told = "";

    /// <summary>The step of one look.</summary>
    public async Task<Outcome> KeepAsync(ResourceState state, CancellationToken cancellation)
    {
        if (parts.Options is { ResyncRate: null, AppliesOptions: false } || !state.IsSecondary || state.IsStill || (parts.Tool.IsNine && state.PeerId is null) || state.Volumes.Count == 0
            || state.Volumes.Any(volume => volume.Disk is "Diskless" or "Attaching" or "Detaching" or "Failed")
            || (lookedAt is { } last && parts.Time.GetElapsedTime(last) < Every))
        {
            return Outcome.Done;
        }

        lookedAt = parts.Time.GetTimestamp();
        var what = $"cannot set the options of resource {resource.Name}";
        var found = await parts.Tool.CheckOptionsAsync(resource.Name, what, cancellation);
        if (!found.IsOk)
        {
            return found.WithoutValue();
        }

        var instead = parts.Options.ResyncRate?.Instead(found.Value, state);

        // Without a connection the kernel has no options of one.
        List<OptionSetting> wanted = [.. instead is null ? [] : parts.Options.ResyncRate!.Settings, .. parts.Options.AppliesOptions && state.IsConnected ? found.Value.Settings : []];
        var set = await parts.Tool.SetAsync(state, found.Value.Ends, wanted, what, cancellation);
        var names = string.Join(", ", wanted);

        // 9.x: connections to nodes that only vote keep theirs, and are found each time.
        if (set.IsOk && names.Length > 0 && names != told)
        {
            parts.Say(Severity.Information, $"{resource.Unit}: set in the kernel: {names}{(instead is null ? "" : $" (before: {instead})")}");
        }

        told = names;
        return set;
    }
}
