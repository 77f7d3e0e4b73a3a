using NodeAgent.Cluster;
using NodeAgent.Core.Wishes;
using NodeAgent.Daemon.Api;
using NodeAgent.Daemon.Failover;
using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Daemon.Failover.Drills;
using NodeAgent.Daemon.Failover.Flight;
using NodeAgent.Daemon.Failover.Guards;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Stores;
using NodeAgent.Linux.Bus;

namespace NodeAgent.Daemon.Hosting;

/// <summary>Automatic failover as the agent runs it, with everything that it keeps going.</summary>
internal sealed class FailoverHost(
    FailoverSeat seat, FailoverDesk desk, FlightRecorder recorder, FileHistory history, IReadOnlyList<IDisposable> owned, IClusterStore store,
    StoreWatch watch, DrillParts drills, FenceTests fences, TimeProvider time, ILogger log)
    : IAsyncDisposable
{
    private const string GuardUnit = "nodeagent-guard.service";
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BusLimit = TimeSpan.FromSeconds(5);
    private const string UnitName = "nodeagent.service";
    private static readonly TimeSpan HandOverLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LeaveLimit = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan ReviewEvery = TimeSpan.FromSeconds(5);

    // Other agents of this machine, as in the demo, are not what systemd restarts.
    private static bool IsService => Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is { Length: > 0 };

    /// <summary>Where operators ask and order.</summary>
    public FailoverDesk Desk => desk;

    /// <summary>Planned moves of services.</summary>
    public ServiceMoves Moves => drills.Moves;

    /// <summary>Drills.</summary>
    public DrillDesk Drills { get; } = new(drills);

    /// <summary>The loop and what it is told.</summary>
    public FailoverSeat Seat => seat;

    /// <summary>The watchdog's guard.</summary>
    public GuardReport Guard => owned.OfType<WatchdogGuard>().Single().Report;

    /// <summary>Which members of the store answer; null: nobody has looked yet.</summary>
    public StoreMajority? Store => watch.Last;

    /// <summary>What stands in the way of failover.</summary>
    public IEnumerable<Problem> Problems() =>
        FailoverProblems.Find(seat.Loop.State, seat.Loop.Settings.Self, seat.Loop.Settings.Foresight, Guard.Objection)
            .Concat(FailoverProblems.OfUnmade(seat.Unmade)).Concat(FailoverProblems.OfStore(watch.Last)).Concat(FailoverProblems.OfDevices(fences.Found))
            .Concat(FailoverProblems.OfRecall(seat.Recall.Doubt, seat.Recall.Unread));

    /// <summary>What proves to others that a node writes no more; asks the fence devices.</summary>
    public async Task<SafeguardReport> SafeguardsAsync(CancellationToken cancellation)
    {
        var (self, objection) = (seat.Loop.Settings.Self, Guard.Objection);
        var devices = await fences.LookAsync(cancellation);
        return new SafeguardReport(
            IsNeeded: true, new SafeguardLine(self.Value, objection?.Why, objection?.NextStep ?? ""), seat.Loop.Settings.CanFence(self),
            [.. devices.OrderBy(device => device.Key.Value, StringComparer.Ordinal).Select(device => new SafeguardLine(
                device.Key.Value,
                device.Value.Count == 0 ? null : string.Join("; ", device.Value.Select(fault => $"{fault.What}: {fault.Why}")),
                device.Value is [{ } first, ..] ? first.NextStep : ""))]);
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] all =
        [
            seat.RunAsync(ending.Token), recorder.RunAsync(ending.Token), history.RunAsync(ending.Token), HearShutdownAsync(ending.Token),
            ArmAgainAsync(ending.Token), StartGuardAsync(ending.Token), fences.RunAsync(ending.Token),
            watch.RunAsync(() => seat.View()?.Present ?? [], ending.Token),
        ];
        var first = await Task.WhenAny(all);
        await ending.CancelAsync();
        await Task.WhenAll(all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    /// <summary>
    /// Leaves in order: services move or stop, then the lease is given back. If the agent is only being replaced, they go on
    /// under a longer lease instead.
    /// </summary>
    public async Task LeaveAsync()
    {
        if (!await IsReplacedAsync() || !await seat.HandOverAsync(HandOverLimit))
        {
            await seat.LeaveAsync(LeaveLimit);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var part in owned)
        {
            part.Dispose();
        }

        await store.DisposeAsync();
    }

    // A restart, as an upgrade of the package does it, is one job for systemd; a stop is another.
    private async Task<bool> IsReplacedAsync()
    {
        using var late = new CancellationTokenSource(BusLimit, time);
        try
        {
            var job = await new SystemdUnits(owned.OfType<SystemBus>().Single()).JobOfAsync(UnitName, BusLimit, late.Token);
            return job is { IsOk: true, Value: "restart" or "try-restart" } && IsService;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // It is not enabled: a node whose services do not fail over needs no guard, and an opened watchdog may be one that nothing stops.
    // Only an agent that systemd runs may start other units.
    private async Task StartGuardAsync(CancellationToken cancellation)
    {
        try
        {
            while (Environment.GetEnvironmentVariable("INVOCATION_ID") is { Length: > 0 })
            {
                var started = await new SystemdUnits(owned.OfType<SystemBus>().Single()).StartAsync(GuardUnit, BusLimit, cancellation);
                if (started.IsOk)
                {
                    break;
                }

                log.LogWarning("{Unit} does not start: {Fault}", GuardUnit, started.Fault);
                await Task.Delay(AskAgain, time, cancellation);
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    // A machine that shuts down waits for its services to move, as long as logind lets it.
    private async Task HearShutdownAsync(CancellationToken cancellation)
    {
        var isTold = false;
        try
        {
            while (true)
            {
                var taken = await ShutdownDelay.TakeAsync(owned.OfType<SystemBus>().Single(), "services move to other nodes first", BusLimit, cancellation);
                if (!taken.IsOk)
                {
                    // Told once; logind may be there later.
                    log.Log(isTold ? LogLevel.Debug : LogLevel.Warning, "a shutdown cannot be held back: {Fault}", taken.Fault);
                    isTold = true;
                    await Task.Delay(AskAgain, time, cancellation);
                    continue;
                }

                isTold = false;
                using var delay = taken.Value;
                if (await Task.WhenAny(delay.ShutdownBegan, delay.Lost).WaitAsync(cancellation) == delay.ShutdownBegan)
                {
                    await seat.LeaveAsync(LeaveLimit).WaitAsync(cancellation);
                    delay.Dispose();
                    await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
                }

                await Task.Delay(ReviewEvery, time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    // Whoever sees first that the time is over arms again; asked twice it does no harm.
    private async Task ArmAgainAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await Task.Delay(ReviewEvery, time, cancellation);
                if (seat.View()?.Record.Arm is { IsArmed: false, Reason: var reason } && ArmUntil.Read(reason) < time.GetUtcNow())
                {
                    await desk.OrderAsync(new ServiceOrder(nameof(Orders.Arm), "", "the time is over", null, 0, null), cancellation);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }
    }
}
