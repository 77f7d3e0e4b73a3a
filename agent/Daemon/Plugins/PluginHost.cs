using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins.Guarding;
using NodeAgent.Daemon.Plugins.Loading;
using NodeAgent.Daemon.Plugins.Manifests;
using NodeAgent.Daemon.Plugins.Quarantines;

namespace NodeAgent.Daemon.Plugins;

/// <summary>
/// Runs plugins: loads them, makes the configured backends, guards every call, keeps what misbehaves in quarantine,
/// switches versions under running callers. A backend that cannot start is shown with the reason and stops nothing.
/// </summary>
public sealed class PluginHost : IAsyncDisposable
{
    private readonly PluginHostSettings settings;
    private readonly TimeProvider time;
    private readonly IPluginObserver observer;
    private readonly QuarantineBook book;
    private readonly PluginShelf shelf;
    private readonly BackendMaker maker;
    private readonly SemaphoreSlim gate = new(1);
    private readonly Dictionary<BackendId, HostedBackend> backends = [];

    /// <summary>A host; nothing is looked at before it is started.</summary>
    public PluginHost(
        PluginHostSettings settings, PluginSurroundings surroundings, TimeProvider time, IPluginObserver observer)
    {
        this.settings = settings;
        this.time = time;
        this.observer = observer;
        var policy = settings.Policy;
        book = new QuarantineBook(
            Path.Combine(settings.StateDirectory, "plugins.json"), time, policy.FirstQuarantine, policy.LongestQuarantine);
        var code = new PluginCode(time, policy.Grace);
        shelf = new PluginShelf(
            settings, new PluginLoader(settings.CheckOwnership, code, policy.StartDeadline), book, time, observer);
        maker = new BackendMaker(settings, surroundings, code, time);
    }

    /// <summary>What was wrong with the host's own memory at its start; null if nothing was.</summary>
    public string? Damage => book.Damage;

    /// <summary>All plugins under the root.</summary>
    public IReadOnlyList<PluginReport> Plugins => [.. shelf.Plugins.Select(Report)];

    /// <summary>All configured backends.</summary>
    public IReadOnlyList<BackendReport> Backends =>
        [.. All().Select(Report).OrderBy(report => report.Id.Value, StringComparer.Ordinal)];

    /// <summary>The backends that may be asked anything, by name.</summary>
    public IReadOnlyDictionary<BackendId, IBackend> Ready => Guarded(backend => backend.Condition.State is PluginState.Ready or PluginState.Degraded);

    /// <summary>
    /// Those, and what is in quarantine or comes out of it: its roles are read, its units demoted and its storage looked after, for a
    /// service may still write there.
    /// </summary>
    public IReadOnlyDictionary<BackendId, IBackend> There => Guarded(backend =>
        backend.Condition.State is PluginState.Ready or PluginState.Degraded
        || (backend.Condition.State is PluginState.Quarantined or PluginState.Starting && backend.Calls.Slot.Current is not null));

    /// <summary>A configured backend, guarded; null if there is none of that name. Stays the same object for ever.</summary>
    public IBackend? Backend(BackendId id)
    {
        lock (backends)
        {
            return backends.GetValueOrDefault(id)?.Guarded;
        }
    }

    /// <summary>Finds plugins and starts the wanted backends. What cannot start is in the reports, with the reason.</summary>
    public async Task StartAsync(IReadOnlyList<BackendSettings> wanted, CancellationToken cancellation)
    {
        using var turn = await TurnAsync(cancellation);
        shelf.Discover();
        foreach (var one in wanted)
        {
            var backend = Add(one);
            await StartAsync(backend, cancellation);
        }
    }

    /// <summary>
    /// To be called every few seconds: tries again what comes out of quarantine, and forgets old misbehaviour.
    /// </summary>
    public async Task ReviewAsync(CancellationToken cancellation)
    {
        using var turn = await TurnAsync(cancellation);
        foreach (var backend in All())
        {
            backend.Condition.Review();
            var plugin = shelf.Find(backend.Settings.Kind);
            var isPluginFree = plugin is null || book.Find(plugin.Subject) is null;
            if (backend.Condition.State == PluginState.Quarantined
                && isPluginFree
                && book.Find(backend.Condition.Subject) is null)
            {
                await StartAsync(backend, cancellation);
            }
        }
    }

    /// <summary>Ends the quarantine of a plugin or backend of that name and starts it again.</summary>
    public async Task<Outcome> ReleaseAsync(string name, CancellationToken cancellation)
    {
        var isThere = book.Release(new PluginSubject(SubjectKind.Plugin, name));
        isThere |= book.Release(new PluginSubject(SubjectKind.Backend, name));
        if (!isThere)
        {
            return new Fault(
                FaultCode.NotFound,
                $"cannot release {name}",
                "no plugin or backend of that name is quarantined",
                "See `nodeagent plugin list`.",
                Retry.Never);
        }

        await ReviewAsync(cancellation);
        return Outcome.Done;
    }

    /// <summary>Starts a backend that is stopped because its plugin or options were wrong. Runs already: done.</summary>
    public async Task<Outcome> RestartAsync(BackendId id, CancellationToken cancellation)
    {
        using var turn = await TurnAsync(cancellation);
        shelf.Discover();
        HostedBackend? backend;
        lock (backends)
        {
            backend = backends.GetValueOrDefault(id);
        }

        if (backend is null)
        {
            return new Fault(
                FaultCode.NotFound, $"cannot start backend {id}", "it is not configured", "See `nodeagent plugin list`.", Retry.Never);
        }

        return backend.Condition.State is PluginState.Stopped or PluginState.Discovered
            ? await StartAsync(backend, cancellation)
            : Outcome.Done;
    }

    /// <summary>
    /// Puts another installed version of a plugin in the place of the running one: loads and probes it beside the old,
    /// waits until no call is inside, exchanges the two. Whatever fails leaves the old one running. Its version already: done.
    /// </summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="version">The version, which is installed.</param>
    /// <param name="objection">What is asked of each backend when no call can get inside any more; null: it may be exchanged.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<Outcome> SwitchAsync(string plugin, PluginVersion version, Func<BackendId, Fault?> objection, CancellationToken cancellation)
    {
        using var turn = await TurnAsync(cancellation);
        shelf.Discover();
        var change = new VersionSwitch(settings.Policy, shelf, maker, book, objection, time);
        var (outcome, unloading) = await change.RunAsync(
            plugin, version, [.. All().Where(backend => string.Equals(backend.Settings.Kind, plugin, StringComparison.Ordinal))], cancellation);
        if (unloading is not null)
        {
            observer.Unloaded(await UnloadVerifier.VerifyAsync(unloading.Context, plugin, unloading.Version));
        }

        return outcome;
    }

    /// <summary>Lets the running calls end, within the drain deadline, and unloads everything. Twice: done.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        using var turn = await TurnAsync(cancellation);
        await Task.WhenAll(All().Select(backend => StopAsync(backend, cancellation)));
        foreach (var plugin in shelf.Plugins.Where(plugin => plugin.Loaded is not null))
        {
            var version = plugin.Loaded!.Manifest.Version.ToString();
            plugin.Become(PluginState.Stopping, "the agent stops");
            var unloading = plugin.Loaded.Unload();
            plugin.Loaded = null;
            observer.Unloaded(await UnloadVerifier.VerifyAsync(unloading, plugin.Id, version, isPatient: false));
            plugin.Become(PluginState.Stopped, "the agent stops");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        gate.Dispose();
    }

    private async Task<Outcome> StartAsync(HostedBackend backend, CancellationToken cancellation)
    {
        var condition = backend.Condition;
        if (book.Find(condition.Subject) is { } quarantine)
        {
            await AttachAsync(backend, cancellation);
            condition.Become(PluginState.Quarantined, quarantine.Reason);
            return Outcome.Done;
        }

        if (!await EmptyAsync(backend, cancellation))
        {
            var busy = PluginFaults.StillInside($"cannot start backend {backend.Settings.Id}", backend.Calls.Slot.Running);
            condition.Become(condition.State, busy.ToString());
            return busy;
        }

        try
        {
            return await MakeAsync(backend, cancellation);
        }
        finally
        {
            // Whatever failed: who waits outside gets at what is there.
            if (backend.Calls.Slot.IsClosed)
            {
                backend.Calls.Slot.Open(backend.Calls.Slot.Current);
            }
        }
    }

    /// <summary>
    /// Sees to it that no call is inside the object of before, if there is one: the next one knows nothing of what it does, such as
    /// streams it receives. Calls that come meanwhile wait, and the wait is shorter than their patience: one may be a demotion.
    /// </summary>
    private async Task<bool> EmptyAsync(HostedBackend backend, CancellationToken cancellation)
    {
        var slot = backend.Calls.Slot;
        if (slot.Current is null
            || await new CallClock(settings.Policy.LaneWait / 2).EndsInTimeAsync(slot.CloseAsync(endsLongCalls: true), time, cancellation))
        {
            return true;
        }

        slot.Open(slot.Current);
        return false;
    }

    private async Task<Outcome> MakeAsync(HostedBackend backend, CancellationToken cancellation)
    {
        var condition = backend.Condition;
        condition.Become(PluginState.Starting, "starting");
        var loading = await shelf.StartAsync(backend.Settings.Kind, cancellation);
        if (!loading.IsOk)
        {
            var isQuarantined = shelf.Find(backend.Settings.Kind) is { State: PluginState.Quarantined };
            condition.Become(isQuarantined ? PluginState.Quarantined : PluginState.Stopped, loading.Fault.ToString());
            return loading.WithoutValue();
        }

        var making = await maker.MakeAsync(loading.Value, backend.Settings, cancellation);
        if (!making.IsOk)
        {
            NotMade(backend, making.Fault);
            return making.WithoutValue();
        }

        var before = backend.Calls.Slot.Open(making.Value);
        condition.Become(PluginState.Ready, $"{backend.Settings.Kind} {loading.Value.Manifest.Version}");
        if (before is not null)
        {
            await maker.DisposeAsync(before, backend.Misbehaved);
        }

        return Outcome.Done;
    }

    // A service that writes there went on while the agent was replaced: it must be possible to stop it, and to look after it. What
    // cannot be made is found out when the quarantine ends.
    private async Task AttachAsync(HostedBackend backend, CancellationToken cancellation)
    {
        var loading = await shelf.StartAsync(backend.Settings.Kind, cancellation);
        if (backend.Calls.Slot.Current is null && loading.IsOk && await maker.MakeAsync(loading.Value, backend.Settings, cancellation) is { IsOk: true } made)
        {
            backend.Calls.Slot.Open(made.Value);
        }
    }

    // The one that was in quarantine is still there: it goes on as it did, and is made anew later.
    private void NotMade(HostedBackend backend, Fault fault)
    {
        if (backend.Calls.Slot.Current is null)
        {
            backend.Condition.Become(PluginState.Stopped, fault.ToString());
            return;
        }

        var quarantine = book.Add(backend.Condition.Subject, fault.ToString());
        backend.Condition.Become(PluginState.Quarantined, quarantine.Reason);
    }

    private Task DrainAsync(HostedBackend backend, CancellationToken cancellation) =>
        new CallClock(settings.Policy.DrainDeadline).EndsInTimeAsync(backend.Calls.Slot.CloseAsync(), time, cancellation);

    private async Task StopAsync(HostedBackend backend, CancellationToken cancellation)
    {
        backend.Condition.Become(PluginState.Stopping, "the agent stops");
        await DrainAsync(backend, cancellation);
        if (backend.Calls.Slot.Open(null) is { } before)
        {
            await maker.DisposeAsync(before, backend.Misbehaved);
        }

        backend.Condition.Become(PluginState.Stopped, "the agent stops");
    }

    private HostedBackend Add(BackendSettings wanted)
    {
        var condition = new BackendCondition(wanted.Id, settings.Policy, book, time, observer);
        var calls = new CallSupervisor(wanted.Id, condition, settings.Policy, time, observer);
        var backend = new HostedBackend(wanted, new GuardedBackend(wanted.Kind, calls));
        lock (backends)
        {
            backends.Add(wanted.Id, backend);
        }

        return backend;
    }

    private Dictionary<BackendId, IBackend> Guarded(Func<HostedBackend, bool> which) =>
        All().Where(which).ToDictionary(backend => backend.Settings.Id, IBackend (backend) => backend.Guarded);

    private HostedBackend[] All()
    {
        lock (backends)
        {
            return [.. backends.Values];
        }
    }

    private BackendReport Report(HostedBackend backend) => new(
        backend.Settings.Id,
        backend.Settings.Kind,
        backend.Condition.State,
        backend.Condition.Reason,
        backend.Calls.Slot.Current?.AbilityNames ?? [],
        backend.Condition.LeftBehind,
        book.Find(backend.Condition.Subject));

    private PluginReport Report(HostedPlugin plugin) => new(
        plugin.Id,
        plugin.State,
        plugin.Reason,
        plugin.Loaded?.Manifest.Version.ToString(),
        [.. plugin.Versions.Select(HostedPlugin.Name)],
        book.Choice(plugin.Id),
        plugin.Verdicts.ToDictionary(StringComparer.Ordinal),
        book.Find(plugin.Subject),
        (plugin.Loaded?.Manifest ?? plugin.Versions[0].Manifest)?.Trial);

    private async Task<IDisposable> TurnAsync(CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        return new Turn(gate);
    }

    private sealed class Turn(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
