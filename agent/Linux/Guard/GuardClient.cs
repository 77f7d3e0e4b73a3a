using NodeAgent.Contract;

namespace NodeAgent.Linux.Guard;

/// <summary>
/// The agent's side of the guard. Connects when it is needed and again when the connection broke; an agent that was
/// restarted goes on with what its predecessor armed. Any number of callers; each is served alone.
/// </summary>
/// <param name="path">The guard's socket.</param>
/// <param name="bootId">This boot's identity: deadlines of another are refused.</param>
/// <param name="time">For how long an answer is waited for.</param>
/// <param name="notice">Is told, off the caller's thread, when the guard's phase changed without being asked.</param>
public sealed class GuardClient(string path, Guid bootId, TimeProvider time, Action<GuardStatus> notice) : IDisposable
{
    /// <summary>Where the guard listens.</summary>
    public const string UsualPath = "/run/nodeagent/guard.sock";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim turn = new(1, 1);
    private GuardSocket? socket;
    private long armedEpoch;
    private TimeSpan? attested;

    /// <summary>How the guard stands. Changes nothing.</summary>
    public Task<Outcome<GuardStatus>> QueryAsync(CancellationToken cancellation) =>
        InTurnAsync("cannot ask the guard", (what, cancel) => AskAsync(what, GuardKind.Query, 0, 0, cancel), cancellation);

    /// <summary>
    /// Sets the watchdog's timeout and reads it back: what it answers is what to count with, not what was asked for. Only
    /// while nothing is owned. Whole seconds, rounded up.
    /// </summary>
    public Task<Outcome<GuardStatus>> AttestAsync(TimeSpan timeout, CancellationToken cancellation) => InTurnAsync(
        "cannot set the watchdog",
        async (what, cancel) =>
        {
            var told = await AskAsync(what, GuardKind.Attest, (long)Math.Ceiling(timeout.TotalSeconds) * 1_000_000_000, 0, cancel).ConfigureAwait(false);
            attested = told.IsOk ? told.Value.Watchdog.Timeout : null;
            return told;
        },
        cancellation);

    /// <summary>
    /// Something is owned: the node may live until the deadline. Arms, or renews what is armed; does not arm a watchdog that is
    /// slower by now than <see cref="AttestAsync"/> said. The long lease before an
    /// upgrade of the agent is this too, with a deadline that the store granted. Idempotent.
    /// </summary>
    /// <param name="deadline">Not further ahead than <see cref="GuardStatus.LongestLease"/>.</param>
    /// <param name="epoch">Of the lease. Only a higher one may bring the deadline nearer.</param>
    /// <param name="cancellation">Ends the waiting; the guard may have heard all the same.</param>
    public Task<Outcome<GuardStatus>> FeedUntilAsync(Instant deadline, long epoch, CancellationToken cancellation) => InTurnAsync(
        "cannot tell the guard until when it may feed",
        async (what, cancel) =>
        {
            // A newer lease, and the first word on a connection, arm: only that may shorten, and takes charge.
            var kind = socket is { IsBroken: false, InCharge: true } && epoch == armedEpoch ? GuardKind.Renew : GuardKind.Arm;
            if (kind == GuardKind.Arm && attested is { } counted)
            {
                // A guard that was stopped and started may have set it to something else.
                var now = await AskAsync(what, GuardKind.Query, 0, 0, cancel).ConfigureAwait(false);
                if (!now.IsOk || now.Value.Watchdog.Timeout > counted)
                {
                    return now.IsOk ? GuardFaults.Slower(what, counted, now.Value.Watchdog.Timeout) : now;
                }
            }

            var told = await AskAsync(what, kind, deadline.Nanoseconds, epoch, cancel).ConfigureAwait(false);
            TakeCharge(told, epoch);
            return told;
        },
        cancellation);

    /// <summary>Nothing is owned any more: no reset. Idempotent.</summary>
    public Task<Outcome<GuardStatus>> StandDownAsync(long epoch, CancellationToken cancellation) =>
        InChargeAsync("cannot disarm the guard", GuardKind.Disarm, epoch, "", cancellation);

    /// <summary>What is owned cannot be let go of: the watchdog is not fed again, whatever comes. The reason goes to the kernel's log.</summary>
    public Task<Outcome<GuardStatus>> CondemnAsync(string reason, long epoch, CancellationToken cancellation) =>
        InChargeAsync("cannot have this node reset", GuardKind.Condemn, epoch, reason, cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        socket?.Dispose();
        turn.Dispose();
    }

    // What only the connection in charge may ask: an agent that was restarted takes charge first. The deadline stays.
    private Task<Outcome<GuardStatus>> InChargeAsync(string what, GuardKind kind, long epoch, string reason, CancellationToken cancellation) => InTurnAsync(
        what,
        async (_, cancel) =>
        {
            var now = await AskAsync(what, GuardKind.Query, 0, 0, cancel).ConfigureAwait(false);
            if (!now.IsOk || (now.Value.Phase == GuardPhase.Disarmed && kind == GuardKind.Disarm))
            {
                return now;
            }

            if (socket is not { InCharge: true })
            {
                var adopted = await AskAsync(what, GuardKind.Adopt, 0, epoch, cancel).ConfigureAwait(false);
                if (!adopted.IsOk)
                {
                    return adopted;
                }

                TakeCharge(adopted, epoch);
            }

            return await AskAsync(what, kind, 0, epoch, cancel, reason).ConfigureAwait(false);
        },
        cancellation);

    private void TakeCharge(Outcome<GuardStatus> told, long epoch)
    {
        if (socket is { } connection)
        {
            connection.InCharge = told.IsOk;
            armedEpoch = epoch;
        }
    }

    private async Task<Outcome<GuardStatus>> InTurnAsync(
        string what, Func<string, CancellationToken, Task<Outcome<GuardStatus>>> act, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await act(what, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _ = turn.Release();
        }
    }

    private async Task<Outcome<GuardStatus>> AskAsync(
        string what, GuardKind kind, long deadline, long epoch, CancellationToken cancellation, string reason = "")
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            if (socket is null or { IsBroken: true })
            {
                socket?.Dispose();
                socket = null;
                var connected = await GuardSocket.ConnectAsync(path, what, notice, either.Token).ConfigureAwait(false);
                if (!connected.IsOk)
                {
                    return connected.Fault;
                }

                socket = connected.Value;
            }

            var answer = await socket.AskAsync(GuardWire.Write(kind, deadline, epoch, bootId, reason), either.Token).ConfigureAwait(false);
            return answer switch
            {
                null => GuardFaults.Unreachable(what, "the guard hung up, or is of another version"),
                { Verdict: GuardVerdict.Accepted } => answer.Status,
                _ => GuardFaults.Refused(what, answer),
            };
        }
        catch (OperationCanceledException)
        {
            // An answer that comes late must not be taken for the next one's.
            socket?.Dispose();
            socket = null;
            cancellation.ThrowIfCancellationRequested();
            return GuardFaults.Silent(what, Patience);
        }
    }
}
