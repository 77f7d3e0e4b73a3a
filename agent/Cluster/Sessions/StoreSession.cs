using NodeAgent.Contract;

namespace NodeAgent.Cluster.Sessions;

/// <summary>
/// Transactions whose outcome can always be found out. Each also writes this node's receipt key, on the condition that nobody wrote it
/// since the last one. If an answer is lost, the session writes the receipt itself: either that works, and the lost transaction can
/// never happen any more, or the receipt shows that it did. A session that a newer one of the same node replaced can write nothing:
/// its conditions cannot hold, however late its questions arrive. Receipts are never removed while the node belongs to the cluster.
/// </summary>
public sealed class StoreSession : IDisposable
{
    private const string Prefix = "/nodeagent/v1/receipts/";
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly IClusterStore store;
    private readonly Func<string> newWriteId;
    private readonly string receiptKey;
    private long receiptRevision;
    private Unsettled? unsettled;
    private Fault? replaced;

    private StoreSession(IClusterStore store, NodeId node, Func<string> newWriteId, long receiptRevision)
    {
        this.store = store;
        this.newWriteId = newWriteId;
        this.receiptRevision = receiptRevision;
        receiptKey = ReceiptKey(node);
    }

    private sealed record Unsettled(string WriteId, string? VoidId);

    /// <summary>Where the receipt of a node is.</summary>
    public static string ReceiptKey(NodeId node) => Prefix + node.Value;

    /// <summary>Begins a session and ends every older one of that node.</summary>
    /// <param name="store">The store.</param>
    /// <param name="node">This node.</param>
    /// <param name="newWriteId">Never the same twice, on any node, ever.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<Outcome<StoreSession>> OpenAsync(IClusterStore store, NodeId node, Func<string> newWriteId, CancellationToken cancellation)
    {
        var key = ReceiptKey(node);
        var view = await store.ReadAsync(KeyRange.Of(key), cancellation);
        if (!view.IsOk)
        {
            return view.Fault;
        }

        var id = newWriteId();
        var commit = await store.CommitAsync(new([new(key, view.Value.Find(key)?.Modified ?? 0)], [StoreChange.Put(key, id)]), cancellation);
        if (commit.Happened == Answer.Yes)
        {
            return new StoreSession(store, node, newWriteId, commit.Revision);
        }

        if (commit.Happened == Answer.Unknown)
        {
            view = await store.ReadAsync(KeyRange.Of(key), cancellation);
            if (view.IsOk && view.Value.Find(key) is { } mine && mine.Value == id)
            {
                return new StoreSession(store, node, newWriteId, mine.Modified);
            }
        }

        return commit.Fault ?? Replaced(node.Value);
    }

    /// <summary>
    /// Writes all or nothing, and finds out which. Unknown is left only if the store stays out of reach: then <see cref="SettleAsync"/>
    /// or the next call finds out. "No" is final: it did not happen and never will.
    /// </summary>
    public async Task<Commit> CommitAsync(StoreTransaction transaction, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            if (unsettled is not null && (await SettleLockedAsync(cancellation)).Happened == Answer.Unknown)
            {
                return Commit.Unknown(Open());
            }

            if (replaced is not null)
            {
                return Commit.Refused(replaced);
            }

            var id = newWriteId();
            var whole = new StoreTransaction([.. transaction.Conditions, new(receiptKey, receiptRevision)], [.. transaction.Changes, StoreChange.Put(receiptKey, id)]);
            unsettled = new(id, null);
            var commit = await store.CommitAsync(whole, cancellation);
            switch (commit.Happened)
            {
                case Answer.Yes:
                    unsettled = null;
                    receiptRevision = commit.Revision;
                    return commit;
                case Answer.No:
                    unsettled = null;
                    // If the receipt is not ours, the conditions say nothing about the caller's question.
                    return commit.Fault is null && IsReplaced(commit.Found.FirstOrDefault(entry => entry.Key == receiptKey))
                        ? Commit.Refused(replaced!)
                        : commit with { Found = [.. commit.Found.Where(entry => entry.Key != receiptKey)] };
                default:
                    return await SettleLockedAsync(cancellation);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>What became of the last transaction whose outcome was unknown. Null: there is none.</summary>
    public async Task<Commit?> SettleAsync(CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            return unsettled is null ? null : await SettleLockedAsync(cancellation);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();

    private async Task<Commit> SettleLockedAsync(CancellationToken cancellation)
    {
        var open = unsettled!;
        var voidId = open.VoidId ?? newWriteId();
        unsettled = open with { VoidId = voidId };
        var attempt = await store.CommitAsync(new([new(receiptKey, receiptRevision)], [StoreChange.Put(receiptKey, voidId)]), cancellation);
        if (attempt.Happened == Answer.Yes)
        {
            (unsettled, receiptRevision) = (null, attempt.Revision);
            return Commit.No(attempt.Revision, []);
        }

        if (attempt.Happened == Answer.Unknown)
        {
            return Commit.Unknown(attempt.Fault!);
        }

        if (attempt.Fault is not null)
        {
            return Commit.Unknown(attempt.Fault);
        }

        var receipt = attempt.Found.FirstOrDefault(entry => entry.Key == receiptKey);
        if (receipt?.Value == open.WriteId)
        {
            (unsettled, receiptRevision) = (null, receipt.Modified);
            return Commit.Yes(receipt.Modified);
        }

        if (receipt?.Value == voidId)
        {
            // An earlier attempt to write the receipt arrived after all.
            (unsettled, receiptRevision) = (null, receipt.Modified);
            return Commit.No(receipt.Modified, []);
        }

        // A newer session of this node wrote over the receipt: whether ours came before that, nobody can tell any more.
        unsettled = null;
        replaced = Replaced(receiptKey);
        return Commit.Unknown(replaced);
    }

    private bool IsReplaced(StoreEntry? receipt)
    {
        if (receipt?.Modified == receiptRevision)
        {
            return false;
        }

        replaced = Replaced(receiptKey);
        return true;
    }

    private Fault Open() => new(
        FaultCode.TimedOut, "cannot write to the cluster store", "what became of the write before is not known yet", "Wait until the store answers again.", Retry.AfterLook)
    { Facts = new Dictionary<string, string> { ["writeId"] = unsettled!.WriteId } };

    private static Fault Replaced(string what) => new(
        FaultCode.StaleEpoch, "cannot write to the cluster store", $"a newer process of this node has taken over ({what})",
        "Look whether two agents run on this node, or two nodes have one name.", Retry.Never);
}
