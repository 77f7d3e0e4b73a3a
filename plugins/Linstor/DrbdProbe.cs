using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Controller.Provisioning;
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
        if (DrbdVersions.Against(module, told.Value) is { } odd)
        {
            failures.Add($"Nothing is promoted: {odd}.");
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

            var found = await parts.Tool.CheckOptionsAsync(resource.Name, what, cancellation);
            failures.AddRange(found.IsOk ? found.Value.Unsafe.Select(wrong => $"Resource {resource.Name}: {wrong}.") : [$"Resource {resource.Name}: {found.Fault.Why}."]);
            remarks.AddRange(found.IsOk ? found.Value.Slow.Select(slow => $"Resource {resource.Name}: {slow}.") : []);
        }
    }
}
