using System.Threading.Channels;
using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Placement;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Failover.Services;
using NodeAgent.Daemon.Replication;
using NodeAgent.Linux.Clocks;

namespace NodeAgent.Daemon.Failover;

/// <summary>A node's part in automatic failover: the loop, what it is told, and what it sets going.</summary>
internal sealed class FailoverSeat : IPartedUnits
{
    private readonly FailoverParts parts;
    private readonly LedgerEffects ledger;
    private readonly Succession succession;
    private readonly Abdication abdication;
    private readonly ServiceDefinitions definitions;
    private readonly OfferLook offers;
    private readonly BootClock clock;
    private readonly Channel<bool> looks = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public FailoverSeat(FailoverParts parts)
    {
        this.parts = parts;
        ledger = new LedgerEffects(parts.Ledger, parts.Settings.Timings, parts.Time, parts.Log);
        Loop = new NodeLoop(parts.Settings, parts.Time, parts.Recorder);
        succession = new Succession(parts, ledger, Loop);
        clock = new BootClock(parts.Time);
        Monitor = new ServiceMonitor(parts.Held, parts.Hangs, parts.Unsuited, () => Loop.State, parts.Time);
        abdication = new Abdication(parts.Tenures, parts.World, parts.History);
        definitions = new ServiceDefinitions(parts.Services, parts.World, parts.Ledger, parts.Time, parts.Log);
        offers = new OfferLook(parts.Services, parts.World, parts.Copies, View, CopyAge.LookWithin(parts.Settings.Timings), parts.Time) { Recall = parts.Recall };
        // A store that has forgotten something may have forgotten the service.
        parts.Tenures.IsUnknownToAll = service => parts.Recall.IsTrusted && View() is { } view && view.Record.Service(service) is null;
        parts.Tenures.Unheld = service => View() is { } view && view.Record.Service(service) is { } known && !view.IsHeld(known) ? known : null;
        parts.Copies.Completed = Arrived;
        parts.Copies.Parted = this;
    }

    /// <summary>What this node has seen of the store.</summary>
    public StoreRecall Recall => parts.Recall;

    /// <summary>The loop.</summary>
    public NodeLoop Loop { get; }

    /// <summary>What is seen of services that run here.</summary>
    public ServiceMonitor Monitor { get; }

    /// <summary>The services that may run here.</summary>
    public IReadOnlyDictionary<string, RunnableService> Services => parts.Services;

    /// <summary>Services of the configuration that cannot be looked after, and why.</summary>
    public IReadOnlyDictionary<string, string> Unmade => definitions.Unmade;

    /// <summary>The store as seen last; null: never.</summary>
    public ClusterView? View() => Loop.State.View;

    /// <summary>True if this node remembers a unit of that name in a place that the store does not know.</summary>
    public bool IsRemembered(string unit) => parts.Stored?.IsBeyond(unit) == true;

    /// <inheritdoc/>
    public bool MayRejoin(UnitId unit) => parts.Tenures.ServiceOf(unit) is not null;

    /// <inheritdoc/>
    public void Rejoined(UnitId unit, string? snapshot, string kept) => parts.History.Tell(
        "rejoined", unit.ToString(), $"what was written here and nowhere else is kept as unit {kept}; the copy goes on from {snapshot ?? "its beginning"}");

    /// <summary>Runs until cancelled. Ends by itself only with a bug.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var services = MakeEffects();
        using var freezer = new Freezer(parts.Held, parts.Tenures, MayWrite, parts.Log);
        var runner = new EffectRunner(Loop.Post, ledger, services, freezer, parts.Power, offers, parts.Guard, parts.History, View, ending.Token);
        var start = await succession.TakeOnAsync(ending.Token);
        var all = new List<Task>
        {
            Loop.RunAsync(runner, start, ending.Token),
            FollowAsync(ending.Token),
            parts.Recall.RunAsync(ending.Token),
            WatchGuardAsync(ending.Token),
            LookWhenAskedAsync(ending.Token),
            ReviewAsync(ending.Token),
            Monitor.RunAsync(Loop.Post, freezer, ending.Token),
        };
        var first = await Task.WhenAny([.. all, runner.FailedAsync]);
        await ending.CancelAsync();
        await Task.WhenAll([.. all, runner.DrainedAsync()]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    /// <summary>Leaves in order: services stop or move, then the lease is given back. Ends at the limit in any case.</summary>
    public async Task LeaveAsync(TimeSpan limit)
    {
        Loop.Post(new NodeInput.ShutdownBegan());
        await Task.WhenAny(Loop.LeftAsync, Task.Delay(limit, parts.Time));
    }

    /// <inheritdoc cref="Succession.HandOverAsync"/>
    public Task<bool> HandOverAsync(TimeSpan limit) => succession.HandOverAsync(limit);

    /// <summary>Whether the configuration of a guest of a service may be taken from a node, given what that node says of the guest.</summary>
    public Outcome MayClaimGuest(string service, string holder, bool? runsThere) => Loop.State is { View: { } view, Session: var session } && MayWrite(session)
        ? GuestClaims.About(view, service, parts.Settings.Self, holder, runsThere)
        : new Fault(FaultCode.NotWriter, "cannot take the guest's configuration", "the time in which this node may start it ran out", "Nothing: whoever has the service starts it.", Retry.AfterLook);

    private bool MayWrite(long session) => Loop.State.MayWrite(session, parts.Settings.Timings, clock.Now);

    private ServiceEffects MakeEffects() => new(
        parts.Services, parts.Held, new UnitOpening(parts.World, MayWrite, parts.Log), new UnitClosing(parts.World, parts.Cycles, parts.Hold, parts.Hangs, parts.Time),
        new ServiceRelease(parts.World, parts.Held.Forget, parts.Time), definitions, parts.Tenures, View, MayWrite, parts.Log);

    // A guard that is none has nothing more to tell; that ends nothing here.
    private async Task WatchGuardAsync(CancellationToken cancellation)
    {
        try
        {
            await parts.Guard.WatchAsync(Loop.Post, cancellation);
            await Task.Delay(Timeout.InfiniteTimeSpan, parts.Time, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    private async Task FollowAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (var view in parts.Ledger.FollowAsync(cancellation))
            {
                // Before anything is decided by it: what this node says of its copies comes after, and with it what the store has forgotten.
                if (parts.Recall.See(view) is { } news)
                {
                    parts.History.Tell(news.Kind, parts.Settings.Self.Value, news.Text);
                    parts.Log.LogWarning("{News}", news.Text);
                }

                Note(view);
                Loop.Post(new NodeInput.Seen(view));
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    // Before anything is decided by it: whose a unit is must be known when the agent starts again, also without the store.
    private void Note(ClusterView view)
    {
        var noted = parts.Stored?.Note(view.Record, parts.Recall.IsTrusted, parts.Recall.IsForgetful) ?? Outcome.Done;
        parts.Recall.Drawn(noted.IsOk);
        if (noted is { IsOk: false, Fault: { } fault })
        {
            parts.Log.LogWarning("it could not be noted which service each unit belongs to: {Fault}", fault);
        }
    }

    // While a service changes hands, the others must hear at once what this node holds.
    private void Arrived(UnitId unit)
    {
        if (parts.Tenures.ServiceOf(unit) is { } name && View() is { } view && view.Record.Service(name) is { } service
            && (service.Phase != ServicePhase.Running || service.Target is not null || !view.IsHeld(service)))
        {
            looks.Writer.TryWrite(true);
        }
    }

    private async Task LookWhenAskedAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (var _ in looks.Reader.ReadAllAsync(cancellation))
            {
                await offers.LookAsync(new Core.Nodes.NodeEffect.Look(View()?.Revision ?? 0), Loop.Post, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    private async Task ReviewAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                if (Loop.State is { View: { } view, Session: not 0 and var session })
                {
                    await abdication.RunAsync(view, cancellation);
                    await definitions.RunAsync(view, session, cancellation);
                }

                await Task.Delay(parts.Settings.Timings.RenewEvery, parts.Time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }
    }
}
