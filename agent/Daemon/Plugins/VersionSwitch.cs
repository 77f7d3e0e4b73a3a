using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins.Discovery;
using NodeAgent.Daemon.Plugins.Guarding;
using NodeAgent.Daemon.Plugins.Loading;
using NodeAgent.Daemon.Plugins.Manifests;
using NodeAgent.Daemon.Plugins.Quarantines;

namespace NodeAgent.Daemon.Plugins;

/// <summary>One switch of a plugin's version: load beside, make and probe, drain, exchange, let the old one go.</summary>
internal sealed class VersionSwitch(
    GuardPolicy policy, PluginShelf shelf, BackendMaker maker, QuarantineBook book, Func<BackendId, Fault?> objection, TimeProvider time)
{
    public async Task<(Outcome Outcome, Unloading? Old)> RunAsync(
        string plugin, PluginVersion version, IReadOnlyList<HostedBackend> backends, CancellationToken cancellation)
    {
        var what = $"cannot switch plugin {plugin} to {version}";
        if (shelf.Find(plugin) is not { } hosted || Find(hosted, version) is not { } folder)
        {
            return (NotInstalled(what, shelf.Find(plugin)), null);
        }

        if (hosted.Loaded is { } current && current.Manifest.Version == version)
        {
            Remember(hosted, version);
            return (Outcome.Done, null);
        }

        var loading = await shelf.LoadBesideAsync(hosted, folder, cancellation);
        if (loading.Plugin is not { } next)
        {
            var worst = loading.Verdicts.First(verdict => !verdict.Passed);
            return (new Fault(FaultCode.PreconditionFailed, what, worst.Reason, worst.Remedy, Retry.AfterFix), null);
        }

        var live = backends.Where(backend => backend.Calls.Slot.Current is not null).ToList();
        var made = new List<Attachment>();
        var fault = await MakeAsync(what, next, live, made, cancellation) ?? await DrainAsync(what, live, cancellation);
        if (fault is not null)
        {
            await DisposeAsync(live, made);
            return (fault, new Unloading(next.Unload(), version.ToString()));
        }

        var old = Exchange(live, made);
        await DisposeAsync(live, old);
        var gone = hosted.Loaded;
        hosted.Loaded = next;
        Remember(hosted, version);
        hosted.Become(PluginState.Ready, $"version {version}");
        return (Outcome.Done, gone is null ? null : new Unloading(gone.Unload(), gone.Manifest.Version.ToString()));
    }

    private async Task<Fault?> MakeAsync(
        string what, LoadedPlugin next, List<HostedBackend> live, List<Attachment> made, CancellationToken cancellation)
    {
        foreach (var backend in live)
        {
            var making = await maker.MakeAsync(next, backend.Settings, cancellation);
            if (!making.IsOk)
            {
                return making.Fault with { What = what };
            }

            made.Add(making.Value);
            if (Loss(backend, making.Value) is { } lost)
            {
                return new Fault(
                    FaultCode.PreconditionFailed,
                    what,
                    $"it no longer offers {lost}, which backend {backend.Settings.Id} has now",
                    "Stop using it first, or stay with the version that runs.",
                    Retry.AfterFix);
            }

            if (await ProbeAsync(what, backend, making.Value, cancellation) is { } sick)
            {
                return sick;
            }
        }

        return null;
    }

    private async Task<Fault?> ProbeAsync(
        string what, HostedBackend backend, Attachment next, CancellationToken cancellation)
    {
        var inner = next.Backend;
        var clock = new CallClock(policy.ReadDeadline);
        var invocation = await backend.Calls.Code.InvokeAsync(inner.ProbeAsync, clock, cancellation);
        if (invocation.End != InvocationEnd.Answered)
        {
            cancellation.ThrowIfCancellationRequested();
            return PluginFaults.Threw(what, $"probe of backend {backend.Settings.Id}: {invocation.Problem}");
        }

        return invocation.Value.Fault is { } fault ? fault with { What = what } : null;
    }

    private async Task<Fault?> DrainAsync(string what, List<HostedBackend> live, CancellationToken cancellation)
    {
        var idle = Task.WhenAll(live.Select(backend => backend.Calls.Slot.CloseAsync()));
        var isIdle = await new CallClock(policy.DrainDeadline).EndsInTimeAsync(idle, time, cancellation);
        var fault = !isIdle ? Busy(what, live)
            : live.Select(backend => objection(backend.Settings.Id)).FirstOrDefault(objected => objected is not null) is { } objected ? objected with { What = what } : null;
        if (fault is not null)
        {
            foreach (var backend in live)
            {
                backend.Calls.Slot.Open(backend.Calls.Slot.Current);
            }
        }

        return fault;
    }

    private Fault Busy(string what, List<HostedBackend> live)
    {
        var busy = string.Join(", ", live
            .Where(backend => backend.Calls.Slot.Running > 0)
            .Select(backend => $"{backend.Settings.Id} ({backend.Calls.Slot.Running})"));
        return new Fault(
            FaultCode.Busy,
            what,
            $"calls are still running after {policy.DrainDeadline.TotalSeconds:0.#} s: {busy}",
            "Try again when they have ended; the old version goes on.",
            Retry.Later);
    }

    private static List<Attachment> Exchange(List<HostedBackend> live, List<Attachment> made) =>
        [.. live.Zip(made).Select(pair => pair.First.Calls.Slot.Open(pair.Second)).OfType<Attachment>()];

    private async Task DisposeAsync(List<HostedBackend> live, List<Attachment> gone)
    {
        foreach (var (backend, attachment) in live.Zip(gone))
        {
            await maker.DisposeAsync(attachment, backend.Misbehaved);
        }
    }

    private void Remember(HostedPlugin plugin, PluginVersion version)
    {
        // Only a choice against the newest needs remembering; else the next upgrade would not be taken.
        var isNewest = plugin.Versions.FirstOrDefault(folder => folder.Manifest is not null)?.Manifest?.Version == version;
        book.Choose(plugin.Id, isNewest ? null : version.ToString());
    }

    private static PluginFolder? Find(HostedPlugin plugin, PluginVersion version) =>
        plugin.Versions.FirstOrDefault(folder => folder.Manifest?.Version == version);

    private static string? Loss(HostedBackend backend, Attachment next)
    {
        var lost = (backend.Calls.Slot.Current?.AbilityNames ?? []).Except(next.AbilityNames, StringComparer.Ordinal);
        return string.Join(", ", lost) is { Length: > 0 } names ? names : null;
    }

    private static Fault NotInstalled(string what, HostedPlugin? plugin) => new(
        FaultCode.NotFound,
        what,
        plugin is null
            ? "there is no such plugin"
            : $"installed are {string.Join(", ", plugin.Versions.Select(HostedPlugin.Name))}",
        "Install that version, or choose one of those.",
        Retry.AfterFix);
}
