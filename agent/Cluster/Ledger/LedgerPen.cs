using NodeAgent.Cluster.Sessions;
using NodeAgent.Contract;

namespace NodeAgent.Cluster.Ledger;

/// <summary>Writes through one store session, which is opened when it is first needed.</summary>
internal sealed class LedgerPen(IClusterStore store, NodeId self, Func<string> newWriteId) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private StoreSession? session;

    /// <summary>Writes all or nothing; see <see cref="StoreSession.CommitAsync"/>.</summary>
    public async Task<Commit> CommitAsync(StoreTransaction transaction, CancellationToken cancellation)
    {
        var open = await OpenAsync(cancellation);
        return open.IsOk ? await open.Value.CommitAsync(transaction, cancellation) : Commit.Unknown(open.Fault);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        session?.Dispose();
        gate.Dispose();
    }

    private async Task<Outcome<StoreSession>> OpenAsync(CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            if (session is not null)
            {
                return session;
            }

            var opened = await StoreSession.OpenAsync(store, self, newWriteId, cancellation);
            session = opened.IsOk ? opened.Value : null;
            return opened;
        }
        finally
        {
            gate.Release();
        }
    }
}
