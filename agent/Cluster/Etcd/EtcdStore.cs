using NodeAgent.Contract;

namespace NodeAgent.Cluster.Etcd;

/// <summary>The cluster store in etcd 3.4 or newer, over its JSON gateway.</summary>
/// <param name="options">Where and how.</param>
/// <param name="time">The boot clock of this node, and its timers.</param>
/// <param name="jitter">Numbers from 0 to 1, so that nodes do not ask again all at once.</param>
public sealed class EtcdStore(EtcdOptions options, TimeProvider time, Func<double> jitter) : IClusterStore
{
    private readonly EtcdGateway gateway = new(options, time, jitter);

    private volatile string? identity;

    /// <inheritdoc/>
    public string? Identity => identity;

    /// <summary>Who belongs to the etcd.</summary>
    public EtcdMembers Members => new(gateway);

    /// <inheritdoc/>
    public async Task<Outcome<StoreView>> ReadAsync(KeyRange range, CancellationToken cancellation)
    {
        var reply = await gateway.AskAsync("/v3/kv/range", EtcdQuestions.Range(range), cancellation);
        if (reply.Body is not { } body)
        {
            return reply.Fault!;
        }

        identity = EtcdAnswers.Identity(body) ?? identity;
        return EtcdAnswers.View(body);
    }

    /// <inheritdoc/>
    public async Task<Commit> CommitAsync(StoreTransaction transaction, CancellationToken cancellation)
    {
        if (transaction.Check() is { } wrong)
        {
            return Commit.Refused(wrong);
        }

        var reply = await gateway.AskOnceAsync("/v3/kv/txn", EtcdQuestions.Transaction(transaction), cancellation);
        return reply.Body is { } body ? EtcdAnswers.Commit(body)
            // Not even sent is still no answer about the world: the caller must not read it as a lost race.
            : reply.NotDone && !reply.TryOther ? Commit.Refused(reply.Fault!)
            : Commit.Unknown(reply.Fault!);
    }

    /// <inheritdoc/>
    public async Task<Outcome<LeaseGrant>> GrantAsync(TimeSpan length, CancellationToken cancellation)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling(length.TotalSeconds));
        var reply = await gateway.AskAsync("/v3/lease/grant", EtcdQuestions.Grant(seconds), cancellation);
        return reply.Body is { } body ? EtcdAnswers.Granted(body, reply.AskedAt) : reply.Fault!;
    }

    /// <inheritdoc/>
    public async Task<Outcome<LeaseGrant>> KeepAliveAsync(LeaseId lease, CancellationToken cancellation)
    {
        var reply = await gateway.AskAsync("/v3/lease/keepalive", EtcdQuestions.Lease(lease), cancellation);
        return reply.Body is { } body ? EtcdAnswers.Kept(body, lease, reply.AskedAt) : reply.Fault!;
    }

    /// <inheritdoc/>
    public async Task<Outcome> RevokeAsync(LeaseId lease, CancellationToken cancellation)
    {
        var reply = await gateway.AskAsync("/v3/lease/revoke", EtcdQuestions.Lease(lease), cancellation);
        return reply.Fault is null or { Code: FaultCode.NotFound } ? Outcome.Done : reply.Fault;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<WatchStep> WatchAsync(KeyRange range, long fromRevision, CancellationToken cancellation) =>
        new EtcdWatch(gateway, range).RunAsync(fromRevision, cancellation);

    /// <inheritdoc/>
    public async Task<Outcome> CompactAsync(long revision, CancellationToken cancellation)
    {
        var reply = await gateway.AskAsync("/v3/kv/compaction", EtcdQuestions.Compact(revision), cancellation);
        // Out of range: that history is gone already.
        return reply.Fault is null or { Code: FaultCode.OutOfRange } ? Outcome.Done : reply.Fault;
    }

    /// <inheritdoc/>
    public async Task<StoreHealth> HealthAsync(CancellationToken cancellation)
    {
        var members = Task.WhenAll(options.Endpoints.Select(endpoint => EtcdMembers.LookAsync(gateway, endpoint, cancellation)));
        var probe = await gateway.AskAsync("/v3/kv/range", EtcdQuestions.Probe(), cancellation);
        return new(probe.Fault is null ? Answer.Yes : Answer.Unknown, await members, probe.Fault);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        gateway.Dispose();
        return ValueTask.CompletedTask;
    }
}
