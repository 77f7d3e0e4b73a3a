using NodeAgent.Cluster.Ledger;
using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Wishes;
using NodeAgent.Linux.Clocks;

namespace NodeAgent.Daemon.Failover;

/// <summary>What is asked of the store. An answer that does not come in time is no answer.</summary>
internal sealed class LedgerEffects(IClusterLedger ledger, Timings timings, TimeProvider time, ILogger log)
{
    private const int MostTries = 3;
    private readonly BootClock clock = new(time);
    private string? lastTrouble;
    private long coveredUntil;

    /// <summary>A longer lease covers this node until then: nothing is renewed before, so that what the guard counts never outlasts it.</summary>
    public void CoverUntil(Instant sentAt) => Interlocked.Exchange(ref coveredUntil, sentAt.Nanoseconds);

    /// <summary>Has the lease last longer by that, without being renewed. True: it does, and the loop knows.</summary>
    public async Task<bool> ExtendAsync(long session, TimeSpan by, Action<NodeInput> answer, CancellationToken cancellation)
    {
        // Renewals that are under way count for less; none may follow that would make the lease short again.
        CoverUntil(Instant.Never);
        var covered = new Instant(0);
        try
        {
            for (var tries = 0; tries < MostTries && covered.Nanoseconds == 0; tries++)
            {
                var sentAt = clock.Now;
                var extended = await InTimeAsync(token => ledger.ExtendAsync(session, timings.Lease + by, token), () => Answer.Unknown, timings.Freeze / 4, cancellation);

                // Both clocks may err for that long.
                covered = extended == Answer.Yes ? sentAt.Add(by * (1 - (2 * timings.Choice.ClockError / 1_000_000))) : covered;
            }
        }
        finally
        {
            // Whoever stops waiting must find renewals going on.
            CoverUntil(covered);
        }

        if (covered.Nanoseconds == 0)
        {
            return false;
        }

        answer(new NodeInput.Renewed(session, covered));
        return true;
    }

    public async Task JoinAsync(NodeEffect.Join join, Action<NodeInput> answer, CancellationToken cancellation)
    {
        // Before the question leaves: the lease may begin as soon as it is asked for.
        var sentAt = clock.Now;
        var joined = await InTimeAsync(token => ledger.JoinAsync(join.Wish, join.Lease, token), () => (Outcome<long>)Silent(), timings.Demote, cancellation);
        if (joined.IsOk)
        {
            lastTrouble = null;
            answer(new NodeInput.Joined(joined.Value, sentAt));
        }
        else if (lastTrouble != joined.Fault.Why)
        {
            lastTrouble = joined.Fault.Why;
            log.LogWarning("cannot take part in decisions: {Fault}", joined.Fault);
        }
    }

    public async Task RenewAsync(NodeEffect.Renew renew, Action<NodeInput> answer, CancellationToken cancellation)
    {
        var sentAt = clock.Now;
        if (sentAt.Nanoseconds < Interlocked.Read(ref coveredUntil))
        {
            return;
        }

        var kept = await InTimeAsync(token => ledger.RenewAsync(renew.Session, timings.Lease, token), () => Answer.Unknown, timings.Freeze, cancellation);
        if (kept == Answer.Yes)
        {
            answer(new NodeInput.Renewed(renew.Session, sentAt));
        }
        else if (kept == Answer.No)
        {
            answer(new NodeInput.LeaseEnded(renew.Session));
        }
    }

    /// <summary>Gives the lease back: others need not wait. If that cannot be done it ends by itself.</summary>
    public async Task EndAsync(NodeEffect.EndSession end, CancellationToken cancellation)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var ended = await InTimeAsync(token => ledger.EndAsync(end.Session, token), () => Outcome.Failed(Silent()), timings.Demote, cancellation);
            if (ended.IsOk)
            {
                return;
            }
        }
    }

    public async Task AskAsync(NodeEffect.Ask ask, long session, Action<NodeInput> answer, CancellationToken cancellation)
    {
        var said = await InTimeAsync(token => ledger.AskAsync(ask.Wish, session, token), () => WishAnswer.Unknown, timings.Demote, cancellation);
        answer(new NodeInput.Answered(ask.Wish, said));
    }

    private async Task<T> InTimeAsync<T>(
        Func<CancellationToken, Task<T>> ask, Func<T> silence, TimeSpan deadline, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            return await ask(either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return silence();
        }
    }

    private static Fault Silent() => new(
        FaultCode.TimedOut, "cannot reach the cluster store", "it did not answer in time", "Look at 'nodeagent status'.", Retry.Later);
}
