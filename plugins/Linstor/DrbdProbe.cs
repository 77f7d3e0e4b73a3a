using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Controller.Provisioning;
using NodeAgent.Plugins.LinstorBackend.Kernel;
using NodeAgent.Plugins.LinstorBackend.Upkeep;
using NodeAgent.Plugins.LinstorBackend.Versions;

namespace NodeAgent.Plugins.LinstorBackend;

/// <summary>Looks whether this node can do its part. Changes nothing, loads no module.</summary>
internal sealed class DrbdProbe(Parts parts, ControllerWatch? watch)
{
    public async Task<Outcome<BackendHealth>> LookAsync(CancellationToken cancellation)
    {
        var what = $"cannot probe backend {parts.Context.Id}";
        var told = await parts.Tool.VersionAsync(what, cancellation);
        if (!told.IsOk)
        {
            return told.Fault;
        }

        var module = Places.Read(parts.Places.ModuleVersion);
        List<string> failures = [];
        List<string> remarks = [];
        if (DrbdVersions.Against(module, told.Value, parts.Options.TrustsNine) is { } odd)
        {
            failures.Add($"Nothing is promoted: {odd}.");
        }

        if (parts.Options.TrustsNine && DrbdVersions.IsNine(module))
        {
            remarks.Add($"ALARM: DRBD {module} is used on the operator's word (option '{DrbdVersions.TrustOption}'): this agent was never tried with a real module of that generation.");
        }

        if (parts.Context.Notes is null)
        {
            failures.Add("The host offers no cluster store to keep certificates in: nothing is promoted.");
        }

        if (failures.Count == 0)
        {
            await LookAsync(what, failures, remarks, cancellation);
        }

        if (watch is not null)
        {
            remarks.AddRange(await watch.LookAsync(cancellation));
        }

        var level = failures.Count > 0 ? HealthLevel.Failed : remarks.Count > 0 ? HealthLevel.Degraded : HealthLevel.Ok;
        return new BackendHealth(level, $"drbd {module ?? "not loaded"}, utils {DrbdVersions.Name(told.Value)}", [.. failures, .. remarks]);
    }

    private async Task LookAsync(string what, List<string> failures, List<string> remarks, CancellationToken cancellation)
    {
        var states = await parts.Tool.DumpAsync(what, cancellation);
        if (!states.IsOk)
        {
            failures.Add($"{states.Fault.Why}.");
            return;
        }

        foreach (var resource in parts.Resources)
        {
            if (!states.Value.ContainsKey(resource.Name))
            {
                remarks.Add($"Resource {resource.Name} is not up: 'drbdadm up {resource.Name}'.");
                continue;
            }

            if (states.Value[resource.Name].Odd is { } odd)
            {
                remarks.Add($"Resource {resource.Name}: {odd}. Nothing is promoted or certified of it.");
                continue;
            }

            remarks.AddRange(Voters(states.Value[resource.Name]));
            if (states.Value[resource.Name] is { IsDifferent: true } different)
            {
                remarks.Add($"ALARM: resource {resource.Name}: the kernel calls both copies up to date, and {different.Difference}. On the node whose copy is not certified: {different.Remedy}.");
            }

            if (Suspension.Told(states.Value[resource.Name], parts.Peer, what) is { } still)
            {
                remarks.Add($"ALARM: resource {resource.Name}: {still.Why}. {still.NextStep}");
            }

            var named = await parts.Tool.MinorsAsync(resource.Name, what, cancellation);
            if (named.IsOk && VolumeGap.Between(states.Value[resource.Name], named.Value) is var gap && gap.Told(resource.Name, what) is { } differs)
            {
                (gap.Missing.IsEmpty ? remarks : failures).Add($"Resource {resource.Name}: {differs.Why}. {differs.NextStep}");
            }

            var found = await parts.Tool.CheckOptionsAsync(resource.Name, what, cancellation);
            failures.AddRange(found.IsOk ? found.Value.Unsafe.Select(wrong => $"Resource {resource.Name}: {wrong}.") : [$"Resource {resource.Name}: {found.Fault.Why}."]);
            remarks.AddRange(found.IsOk ? found.Value.Slow.Select(slow => $"Resource {resource.Name}: {slow}.") : []);
            if (found.IsOk && parts.Options.ResyncRate is { } rate && rate.Instead(found.Value, states.Value[resource.Name]) is { } instead)
            {
                remarks.Add($"Resource {resource.Name}: it is copied with {instead}, and option 'resync_rate' says {rate}: the node that does not write sets it within {OptionWatch.Every.TotalMinutes:F0} min. Put the same into the files, or 'drbdadm adjust' takes it back.");
            }
        }
    }

    // As the kernel has it: with plain DRBD no controller tells.
    private static IEnumerable<string> Voters(ResourceState state)
    {
        var voters = state.Others.Where(other => other.IsDiskless).Select(other => other.Name).ToList();
        if (voters.Count > 1)
        {
            yield return $"ALARM: resource {state.Name}: {string.Join(" and ", voters)} have no copy and a vote each: together they are a majority over a copy. Leave it one, to break ties.";
        }

        if (state.Volumes.Any(volume => !volume.HasQuorum))
        {
            yield return $"ALARM: resource {state.Name} has no quorum here: this node cannot write it.";
        }
    }
}
