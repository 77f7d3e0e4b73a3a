using System.Threading.Channels;
using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Linux.Guard;

namespace NodeAgent.Daemon.Failover.Guards;

/// <summary>
/// The guard process as the failover of this node uses it. Orders are kept in a box for one: a new one replaces one that was
/// not told yet, so a guard that is slow never gets an old deadline after a new one.
/// </summary>
/// <param name="path">The guard's socket.</param>
/// <param name="bootId">This boot.</param>
/// <param name="counted">The watchdog's timeout that all nodes count with; a slower one proves nothing.</param>
/// <param name="trustsSoft">True if an operator accepts a watchdog that hangs with its kernel.</param>
/// <param name="time">For how long is waited.</param>
/// <param name="log">The journal.</param>
internal sealed class WatchdogGuard(string path, Guid bootId, TimeSpan counted, bool trustsSoft, TimeProvider time, ILogger log) : IGuard, IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(100);

    // A guard that is restarted is back by then. One that is not there is asked with each new deadline.
    private const int QuickTries = 20;
    private readonly Lock gate = new();
    private readonly Channel<bool> pulses = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private GuardClient? client;
    private GuardDemand? next;
    private long demands;
    private long stoodDown;
    private volatile GuardReport report = new(null, NotAsked());
    private string? lastTold;

    // What the device made of the timeout that it was asked for: asking again would change nothing.
    private WatchdogAttestation? answered;

    /// <summary>How it stood last.</summary>
    public GuardReport Report => report;

    /// <inheritdoc/>
    public void FeedUntil(Instant deadline, long session) => Demand(new(deadline, session));

    /// <inheritdoc/>
    public void StandDown(long session) => Demand(new(null, session));

    /// <inheritdoc/>
    public async Task<Outcome<GuardCount?>> CountAsync(CancellationToken cancellation)
    {
        var status = await Client().QueryAsync(cancellation);
        return status.Map(now => now.Phase == GuardPhase.Armed ? new GuardCount(now.Deadline, now.Epoch, now.LongestLease) : null);
    }

    /// <inheritdoc/>
    public async Task WatchAsync(Action<Func<NodeInput>> told, CancellationToken cancellation)
    {
        for (var failures = 0; ;)
        {
            var (demand, serial) = Take();
            var answer = await CarryOutAsync(demand, cancellation);
            failures = answer.IsOk ? 0 : failures + 1;
            Judge(answer);
            var (attested, armed) = (report.IsAttested, report.IsArmed);
            told(() => new NodeInput.GuardTold(attested, armed && !StoodDownSince(serial)));
            if (demand is not null && !answer.IsOk)
            {
                DemandAgain(demand);
            }

            if (demand is not null && failures is > 0 and <= QuickTries)
            {
                await Task.Delay(RetryEvery, time, cancellation);
            }
            else
            {
                await WaitAsync(cancellation);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client?.Dispose();

    private GuardClient Client() => client ??= new GuardClient(path, bootId, time, _ => pulses.Writer.TryWrite(true));

    private void Demand(GuardDemand demand)
    {
        lock (gate)
        {
            next = demand;
            demands++;
            stoodDown = demand.Deadline is null ? demands : stoodDown;
        }

        pulses.Writer.TryWrite(true);
    }

    private (GuardDemand? Demand, long Serial) Take()
    {
        lock (gate)
        {
            var demand = next;
            next = null;
            return (demand, demands);
        }
    }

    private void DemandAgain(GuardDemand demand)
    {
        lock (gate)
        {
            next ??= demand;
        }
    }

    private bool StoodDownSince(long serial)
    {
        lock (gate)
        {
            return stoodDown > serial;
        }
    }

    private async Task WaitAsync(CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(LookEvery, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            await pulses.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Time to look again.
        }
    }

    private async Task<Outcome<GuardStatus>> CarryOutAsync(GuardDemand? demand, CancellationToken cancellation)
    {
        if (demand is { Deadline: { } deadline })
        {
            return await Client().FeedUntilAsync(deadline, demand.Session, cancellation);
        }

        if (demand is not null)
        {
            return await Client().StandDownAsync(demand.Session, cancellation);
        }

        // A watchdog is set while nothing is owned; set before, it is taken as it is.
        var status = await Client().QueryAsync(cancellation);
        if (status is not { IsOk: true, Value: { Phase: GuardPhase.Disarmed, Watchdog.Kind: not WatchdogKind.None } }
            || status.Value.Watchdog.Timeout == counted || status.Value.Watchdog == answered)
        {
            return status;
        }

        var set = await Client().AttestAsync(counted, cancellation);
        answered = set.IsOk ? set.Value.Watchdog : null;
        return set;
    }

    private void Judge(Outcome<GuardStatus> answer)
    {
        var objection = !answer.IsOk ? answer.Fault : Objection(answer.Value);
        report = new(answer.IsOk ? answer.Value : null, objection);
        var words = objection?.ToString() ?? "attested";
        if (words == lastTold)
        {
            return;
        }

        lastTold = words;
        if (objection is null)
        {
            log.LogInformation("watchdog: {Kind} '{Driver}' resets this node {Timeout} s after its last feed", answer.Value.Watchdog.Kind, answer.Value.Watchdog.Driver, answer.Value.Watchdog.Timeout.TotalSeconds);
        }
        else
        {
            log.LogWarning("the watchdog proves nothing to other nodes: {Fault}", objection);
        }
    }

    private Fault? Objection(GuardStatus status) => status switch
    {
        { Watchdog.Kind: WatchdogKind.None } => Untrusted("there is no watchdog", "Load its driver; see nodeagent-guard(8)."),
        { Watchdog: { Kind: WatchdogKind.Soft, Driver: var driver } } when !trustsSoft =>
            Untrusted($"'{driver}' is a timer of the kernel that it should reset", "Use a watchdog of the machine; or set failover.trust_softdog if you accept that a node with a hanging kernel may go on writing."),
        { Watchdog.Kind: WatchdogKind.StandIn } when !trustsSoft => Untrusted("it is a stand-in for tests and resets nothing", "Give the guard a device; see nodeagent-guard(8)."),
        _ when status.Watchdog.Timeout > counted => Untrusted(
            FormattableString.Invariant($"it resets {status.Watchdog.Timeout.TotalSeconds:0.###} s after its last feed, all nodes count with {counted.TotalSeconds:0.###} s"),
            "Set failover.device to that on every node: takeovers wait for it."),
        { Phase: GuardPhase.Condemned } => Untrusted("the reset of this node is decided", "Wait for it."),
        _ => null,
    };

    private static Fault Untrusted(string why, string next) =>
        new(FaultCode.PreconditionFailed, "the end of this node's lease proves nothing", why, next, Retry.AfterFix);

    private static Fault NotAsked() => Untrusted("the guard was not asked yet", "Wait a moment.");
}
